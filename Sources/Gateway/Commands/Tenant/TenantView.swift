/// A tenant as the admin endpoint describes it, in the fields that a person is shown.
struct TenantView: Decodable {
  let slug: String
  let displayName: String
  let state: String
  let isolation: String
  let servedBy: String
  let baseURL: String
  let pathURL: String
  let schema: String
  let role: String
  let cell: Int
  let namespace: String
  let timeZone: String
  let currency: String
  let registration: String
  let schemaVersion: Int
  let createdAt: String
  let limits: Limits?
  let pendingGateways: [String]?

  struct Limits: Decodable {
    let connections: Int?
    let queue: Int?
    let bodyBytes: Int?
    let requestsPerSecond: Int?

    enum CodingKeys: String, CodingKey {
      case connections, queue
      case bodyBytes = "body_bytes"
      case requestsPerSecond = "requests_per_second"
    }

    var rows: [[String]] {
      [
        ("connections", connections), ("queue", queue), ("body bytes", bodyBytes),
        ("requests per second", requestsPerSecond),
      ].compactMap { name, value in value.map { ["limit of \(name)", String($0)] } }
    }
  }

  enum CodingKeys: String, CodingKey {
    case slug
    case displayName = "display_name"
    case state
    case isolation
    case servedBy = "served_by"
    case baseURL = "base_url"
    case pathURL = "path_url"
    case schema
    case role
    case cell
    case namespace
    case timeZone = "time_zone"
    case currency
    case registration
    case schemaVersion = "schema_version"
    case createdAt = "created_at"
    case limits
    case pendingGateways = "pending_gateways"
  }

  /// All there is, a line for each field.
  var details: TextTable {
    TextTable(
      rows: [
        ["slug", slug], ["name", displayName], ["state", state], ["isolation", isolation],
        ["served by", servedBy],
        ["url", baseURL], ["path url", pathURL], ["schema", schema], ["role", role],
        ["cell", String(cell)], ["namespace", namespace], ["time zone", timeZone],
        ["currency", currency], ["registration", registration],
        ["schema version", String(schemaVersion)], ["created", createdAt],
      ] + (limits?.rows ?? []))
  }

  static let header = ["SLUG", "NAME", "STATE", "ISOLATION", "URL"]

  /// The most important fields, under ``header``.
  var summary: [String] { [slug, displayName, state, isolation, baseURL] }
}
