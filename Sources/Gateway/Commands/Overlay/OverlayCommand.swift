import ArgumentParser

struct OverlayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlay",
    abstract: "Write the Kubernetes overlays of dedicated tenants, and check them.",
    discussion: """
      Through a running admin endpoint, in the folder of this repository:

        terrace overlay acme
        terrace overlay check
      """,
    subcommands: [OverlayWriteCommand.self, OverlayCheckCommand.self],
    defaultSubcommand: OverlayWriteCommand.self)
}
