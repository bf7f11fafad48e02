import AdminAPI
import Foundation
import TenantRegistry

extension TenantBody {
  /// All there is, a line for each field.
  var details: TextTable {
    TextTable(
      rows: [
        ["slug", slug], ["name", displayName], ["state", state], ["isolation", isolation],
        ["served by", servedBy],
        ["url", baseURL], ["path url", pathURL], ["schema", schema], ["role", role],
        ["cell", String(cell)], ["namespace", namespace], ["time zone", timeZone],
        ["currency", currency], ["registration", registration],
        ["schema version", String(schemaVersion)], ["created", createdAt.formatted(.iso8601)],
      ] + (limits?.rows ?? []))
  }

  static let header = ["SLUG", "NAME", "STATE", "ISOLATION", "URL"]

  /// The most important fields, under ``header``.
  var summary: [String] { [slug, displayName, state, isolation, baseURL] }
}

extension TenantLimits {
  fileprivate var rows: [[String]] {
    [
      ("connections", connections), ("queue", queue), ("body bytes", bodyBytes),
      ("requests per second", requestsPerSecond),
    ].compactMap { name, value in value.map { ["limit of \(name)", String($0)] } }
  }
}
