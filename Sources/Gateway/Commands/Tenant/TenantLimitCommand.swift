import AdminAPI
import ArgumentParser
import Tenancy
import TenantRegistry

struct TenantLimitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit", abstract: "Set what one tenant may have, in place of what all have.",
    discussion: "What is not given is as it is for all tenants again.")

  @Argument(help: "Its slug, or one that it had before.", transform: { try Slug($0) })
  var slug: Slug

  @Option(help: "Database connections that its requests hold at once, in each process.")
  var connections: Int?

  @Option(help: "Requests that wait for a connection at once, in each process.")
  var queue: Int?

  @Option(help: "Bytes that a request's body may have.")
  var bodyBytes: Int?

  @Option(help: "Requests per second, which each replica counts on its own.")
  var requestsPerSecond: Int?

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let limits = TenantLimits(
      connections: connections, queue: queue, bodyBytes: bodyBytes,
      requestsPerSecond: requestsPerSecond)
    let answer = try await admin.client().send(.PUT, "/admin/tenants/\(slug)/limits", limits)
    let tenant = try answer.decoded(as: TenantBody.self)
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table: try printOutput(tenant.details)
    }
    if let pending = tenant.pendingGateways {
      printError("not held to yet by \(pending.joined(separator: ", "))")
    }
  }
}
