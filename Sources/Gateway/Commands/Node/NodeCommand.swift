import ArgumentParser

struct NodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node",
    abstract: "Look after the Postgres servers that hold tenants.",
    discussion: """
      The registry is on the first node. Another one is a server whose database has the same name, \
      prepared with `terrace bootstrap` and the same TERRACE_OWNER_PASSWORD:

        TERRACE_DATABASE_HOST=pg2.internal terrace bootstrap
        terrace node add pg2 --host pg2.internal

      New cells of tenants then go to the node that has the fewest; tenants that are there stay \
      where they are, and dedicated ones are on the registry's node.
      """,
    subcommands: [NodeAddCommand.self, NodeAddressCommand.self, NodeListCommand.self])
}
