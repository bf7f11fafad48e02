import AdminAPI
import ArgumentParser
import Foundation

struct TenantListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List tenants in the order of their slugs.")

  @Option(help: "Only tenants in this state: provisioning, active, suspended or deleted.")
  var state: String?

  @Option(help: "Only slugs that start so.")
  var prefix: String?

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let pages = try await admin.client().tenantPages(state: state, prefix: prefix)
    switch admin.output {
    case .json:
      let data = try JSONSerialization.data(
        withJSONObject: try pages.flatMap(Self.tenants(on:)),
        options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      try printJSON(String(decoding: data, as: UTF8.self))
    case .table:
      let tenants = try pages.flatMap { try $0.decoded(as: TenantPageBody.self).tenants }
      try printOutput(TextTable(rows: [TenantBody.header] + tenants.map(\.summary)))
    }
  }

  /// The tenants of a page as JSON objects, with fields that this version does not know.
  private static func tenants(on page: AdminAnswer) throws -> [Any] {
    let object = try JSONSerialization.jsonObject(with: page.body) as? [String: Any]
    return object?["tenants"] as? [Any] ?? []
  }
}
