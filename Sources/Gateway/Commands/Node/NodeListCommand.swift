import ArgumentParser
import Foundation

struct NodeListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List nodes in the order in which they were added.")

  @OptionGroup var admin: AdminOptions

  private struct Page: Decodable {
    struct Node: Decodable {
      let name: String
      let host: String?
      let port: Int?
    }

    let nodes: [Node]
  }

  func run() async throws {
    let answer = try await admin.client().send(.GET, "/admin/nodes").body
    switch admin.output {
    case .json: print(String(decoding: answer, as: UTF8.self))
    case .table:
      let nodes = try JSONDecoder().decode(Page.self, from: answer).nodes
      let rows = nodes.map { node in
        [node.name, node.host.map { "\($0):\(node.port ?? 5432)" } ?? "the registry's"]
      }
      print(TextTable(rows: [["NAME", "ADDRESS"]] + rows))
    }
  }
}
