import AdminAPI
import ArgumentParser

struct NodeAddressCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "address",
    abstract: "Have a node be reached somewhere else.",
    discussion: """
      Its server got another name, or another took its place, with the tenants that it had. Gateways \
      go there from then on; nothing is restarted.

        terrace node address pg2 --host pg2-new.internal
      """)

  @Argument(help: "What it is called.", transform: { try NodeName($0) })
  var name: NodeName

  @Option(help: "Where gateways and the admin process reach it.")
  var host: String

  @Option(help: "The port of its Postgres.")
  var port = 5432

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let answer = try await admin.client().send(
      .PATCH, "/admin/nodes/\(name)", RelocateNodeBody(host: host, port: port))
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table: try printOutput("\(name) is at \(host):\(port)")
    }
    if let pending = try answer.decoded(as: NodeBody.self).pendingGateways {
      printError("not acknowledged yet by " + pending.joined(separator: ", "))
    }
  }
}
