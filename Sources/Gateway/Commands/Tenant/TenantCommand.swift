import ArgumentParser

struct TenantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenant",
    abstract: "Register, see and move tenants, through a running admin endpoint.",
    discussion: """
      With `terrace dev` running in this folder, nothing needs to be said of the endpoint:

        terrace tenant create initech --display-name Initech
        terrace tenant list
        terrace tenant show initech --output json
      """,
    subcommands: [
      TenantCreateCommand.self, TenantListCommand.self, TenantShowCommand.self,
      TenantLimitCommand.self, TenantMoveCommand.self,
    ])
}
