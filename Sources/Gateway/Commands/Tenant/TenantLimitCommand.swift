import ArgumentParser
import Foundation

struct TenantLimitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit", abstract: "Set what one tenant may have, in place of what all have.",
    discussion: "What is not given is as it is for all tenants again.")

  @Argument(help: "Its slug, or one that it had before.")
  var slug: String

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
    let body = [
      "connections": connections, "queue": queue, "body_bytes": bodyBytes,
      "requests_per_second": requestsPerSecond,
    ].compactMapValues { $0 }
    let answer = try await admin.client().send(
      .PUT, "/admin/tenants/\(slug.pathSegment)/limits", body: JSONEncoder().encode(body)
    ).body
    let tenant = try TenantView(json: answer)
    switch admin.output {
    case .json: print(String(decoding: answer, as: UTF8.self))
    case .table: print(tenant.details)
    }
    if let pending = tenant.pendingGateways {
      printError("not held to yet by \(pending.joined(separator: ", "))")
    }
  }
}
