import AdminAPI
import ArgumentParser

struct NodeAddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a node that `terrace bootstrap` has prepared.",
    discussion: "The same command again changes nothing.")

  @Argument(
    help: "What it is called: a-z, 0-9 and inner hyphens.", transform: { try NodeName($0) })
  var name: NodeName

  @Option(help: "Where gateways and the admin process reach it.")
  var host: String

  @Option(help: "The port of its Postgres.")
  var port = 5432

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let answer = try await admin.client().send(
      .POST, "/admin/nodes", CreateNodeBody(name: name.description, host: host, port: port))
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table: try printOutput("\(name) is at \(host):\(port)")
    }
    if answer.status == 200 { printError("\(name) was added before; nothing has changed") }
  }
}
