import AdminAPI
import ArgumentParser
import TenantRegistry

struct NodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node",
    abstract: "Add, list and relocate the Postgres servers that hold tenants.",
    discussion: """
      The registry is on the first node. Another one is a server whose database has the same name, \
      prepared with `terrace bootstrap` and the same TERRACE_OWNER_PASSWORD:

        TERRACE_DATABASE_HOST=pg2.internal terrace bootstrap
        terrace node add pg2 --host pg2.internal

      New cells of tenants go to the node with the fewest. Tenants that exist stay where they are. \
      Dedicated tenants are on the registry's node.
      """,
    subcommands: [NodeAddCommand.self, NodeAddressCommand.self, NodeListCommand.self])
}

struct NodeAddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a node that `terrace bootstrap` has prepared.",
    discussion: "The same command again changes nothing.")

  @Argument(
    help: "Its name: a-z, 0-9 and inner hyphens.", transform: { try NodeName($0) })
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

struct NodeAddressCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "address",
    abstract: "Set the address at which a node is reached.",
    discussion: """
      For a server that got another name, or that another one replaced, with the same tenants. \
      Gateways go there from then on. Nothing is restarted.

        terrace node address pg2 --host pg2-new.internal
      """)

  @Argument(help: "Its name.", transform: { try NodeName($0) })
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

/// What a node may be called, as the admin endpoint has it.
struct NodeName: CustomStringConvertible {
  let description: String

  /// - Throws: `ValidationError` with what a name must look like.
  init(_ text: String) throws {
    guard DatabaseServer.isName(text) else {
      throw ValidationError("must be 1 to 63 of a-z, 0-9 and inner hyphens")
    }
    description = text
  }
}
