import AsyncHTTPClient
import Hummingbird
import JWTKit
import Configuration
import ArgumentParser

@main
struct Terrace: AsyncParsableCommand {
  func run() async throws {}
}
