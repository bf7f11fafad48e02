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

  struct Page: Decodable {
    let tenants: [TenantView]
    let nextCursor: String?

    enum CodingKeys: String, CodingKey {
      case tenants
      case nextCursor = "next_cursor"
    }
  }

  func run() async throws {
    let client = try admin.client()
    var rows = [TenantView.header]
    var items: [Any] = []
    var cursor: String?
    repeat {
      let answer = try await client.send(.GET, path(after: cursor)).body
      let page = try JSONDecoder().decode(Page.self, from: answer)
      rows += page.tenants.map(\.summary)
      let object = try JSONSerialization.jsonObject(with: answer) as? [String: Any]
      items += object?["tenants"] as? [Any] ?? []
      cursor = page.nextCursor
    } while cursor != nil
    switch admin.output {
    case .json:
      let data = try JSONSerialization.data(
        withJSONObject: items, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      print(String(decoding: data, as: UTF8.self))
    case .table: print(TextTable(rows: rows))
    }
  }

  private func path(after cursor: String?) -> String {
    let parameters = [
      ("limit", "200"), ("state", state), ("prefix", prefix), ("cursor", cursor),
    ].compactMap { name, value in value.map { "\(name)=\($0.pathSegment)" } }
    return "/admin/tenants?" + parameters.joined(separator: "&")
  }
}
