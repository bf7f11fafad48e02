import ArgumentParser
import NIOCore

/// The command `terrace`.
@main
struct Terrace: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    abstract: "Personal finance for many tenants on one cluster, kept apart by Postgres.",
    discussion: """
      To try it, on one machine:      terrace dev
      To run it, on a database:       terrace bootstrap, terrace migrate, terrace serve
      To register and move tenants:   terrace tenant create|list|show|move
      To give a tenant its own pods:  terrace overlay
      To add a Postgres server:       terrace node add
      To see long operations:         terrace operation list
      To leave the old app:           terrace import-legacy

      `serve`, `bootstrap`, `migrate` and `doctor` read their settings from the environment and the \
      file that TERRACE_CONFIG_FILE names: see docs/reference/configuration.md.

      Exit codes: 0 done, 1 failed, 64 wrong usage, 78 wrong configuration.
      """,
    version: version,
    subcommands: [
      DevCommand.self, ServeCommand.self, BootstrapCommand.self, MigrateCommand.self,
      DoctorCommand.self, TenantCommand.self, OverlayCommand.self, NodeCommand.self,
      OperationCommand.self, ImportLegacyCommand.self,
    ])

  static func main() async {
    // The last core is left to the thread that reads from Postgres (docs/explanation/decisions.md).
    NIOSingletons.groupLoopCountSuggestion = max(1, System.coreCount - 1)
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      exit(reporting: error)
    }
  }
}
