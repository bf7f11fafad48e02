import AdminAPI
import ArgumentParser
import Tenancy
import TenantRegistry

struct TenantMoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move",
    abstract: "Move a tenant to its own deployment, or back to the shared one.",
    discussion: """
      The tenant's URLs and data stay, and no request fails. The command waits until the new side is \
      ready and every gateway reaches it. Then the gateways send it the tenant's requests. Requests \
      under way may finish for at most a minute, or for as long as a gateway that lost the registry \
      may serve from memory. At last the old side loses the tenant's role and keys.

      If you interrupt the command, repeat it to go on. Moving back undoes a move at any time.

        terrace tenant move acme --to dedicated
        terrace tenant move acme --to shared
      """)

  @Argument(help: "Its slug.", transform: { try Slug($0) })
  var slug: Slug

  @Option(help: "shared or dedicated.")
  var to: String

  @Option(help: "How many seconds to wait.")
  var timeout = 900

  @OptionGroup var admin: AdminOptions

  private func target() throws -> TenantRecord.Isolation {
    guard let target = TenantRecord.Isolation(rawValue: to) else {
      throw ValidationError("--to must be shared or dedicated")
    }
    return target
  }

  func validate() throws { _ = try target() }

  func run() async throws {
    let client = try admin.client()
    let body = MoveTenantBody(servedBy: try target())
    let deadline = ContinuousClock.now + .seconds(timeout)
    var said: String?
    while true {
      let answer = try await client.send(.PUT, "/admin/tenants/\(slug)/deployment", body)
      let progress = try answer.decoded(as: MoveProgressBody.self)
      if answer.status == 200 { return try show(answer, progress) }
      let waiting = progress.waitingFor ?? "not done yet"
      if waiting != said { printError("waiting: \(waiting)") }
      said = waiting
      guard ContinuousClock.now < deadline else {
        throw CommandFailure(
          "\(slug) is still served by \(progress.servedBy): \(waiting). Repeat the command to go "
            + "on, or move it back")
      }
      try await Task.sleep(for: .seconds(1))
    }
  }

  private func show(_ answer: AdminAnswer, _ progress: MoveProgressBody) throws {
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table:
      try printOutput(
        "\(slug) is served by \(progress.servedBy == "shared" ? "the shared" : "its own") deployment."
      )
    }
  }
}
