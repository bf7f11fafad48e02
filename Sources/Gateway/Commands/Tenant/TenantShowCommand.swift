import ArgumentParser
import Foundation

struct TenantShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one tenant.")

  @Argument(help: "Its slug, or one that it had before.")
  var slug: String

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let answer = try await admin.client().send(.GET, "/admin/tenants/\(slug.pathSegment)").body
    switch admin.output {
    case .json: print(String(decoding: answer, as: UTF8.self))
    case .table: print(try TenantView(json: answer).details)
    }
  }
}
