import AdminAPI
import ArgumentParser
import Tenancy

struct TenantShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one tenant.")

  @Argument(help: "Its slug, or one that it had before.", transform: { try Slug($0) })
  var slug: Slug

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let answer = try await admin.client().send(.GET, "/admin/tenants/\(slug)")
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table: try printOutput(answer.decoded(as: TenantBody.self).details)
    }
  }
}
