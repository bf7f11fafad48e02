import AdminAPI
import ArgumentParser

struct NodeListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List nodes in the order in which they were added.")

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let answer = try await admin.client().send(.GET, "/admin/nodes")
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table:
      let nodes = try answer.decoded(as: NodeListBody.self).nodes
      let rows = nodes.map { node in
        [node.name, node.host.map { "\($0):\(node.port ?? 5432)" } ?? "the registry's"]
      }
      try printOutput(TextTable(rows: [["NAME", "ADDRESS"]] + rows))
    }
  }
}
