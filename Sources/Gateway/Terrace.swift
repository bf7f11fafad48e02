import ArgumentParser
import AsyncHTTPClient
import Configuration
import Hummingbird
import JWTKit

@main
struct Terrace: AsyncParsableCommand {
  func run() async throws {}
}
