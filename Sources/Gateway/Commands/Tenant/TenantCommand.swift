import AdminAPI
import ArgumentParser
import Foundation
import Tenancy
import TenantRegistry

struct TenantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenant",
    abstract: "Register, show, limit and move tenants, through a running admin endpoint.",
    discussion: """
      With `terrace dev` running in this folder, the command finds the endpoint:

        terrace tenant create initech --display-name Initech
        terrace tenant list
        terrace tenant show initech --output json
      """,
    subcommands: [
      TenantCreateCommand.self, TenantListCommand.self, TenantShowCommand.self,
      TenantInviteOwnerCommand.self, TenantLimitCommand.self, TenantMoveCommand.self,
    ])
}

struct TenantCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Register a tenant.",
    discussion: """
      The same command again changes nothing. A slug that is taken is refused.

      It prints a link for the tenant's owner, once. Hand it over: whoever takes it looks after the \
      tenant's users. No mail is sent.
      """)

  @Argument(help: "Its name in URLs: a-z, 0-9 and single hyphens, at most 40 characters.")
  var slug: String

  @Option(help: "What people call it.")
  var displayName: String

  @Option(help: "The IANA time zone in which its days begin. (default: UTC)")
  var timeZone: String?

  @Option(help: "Its ISO 4217 currency. (default: USD)")
  var currency: String?

  @Option(help: "shared or dedicated. (default: shared)")
  var isolation: String?

  @Option(
    help: "Whether people may register themselves: open, invite-only or closed. (default: open)")
  var registration: String?

  @Option(help: "What admins want to remember of it, in at most 500 characters.")
  var note: String?

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let fields: [CreateTenantBody.CodingKeys: String?] = [
      .slug: slug, .displayName: displayName, .timeZone: timeZone, .currency: currency,
      .isolation: isolation, .registration: registration, .note: note,
    ]
    let answer = try await admin.client().send(
      .POST, "/admin/tenants", CreateTenantBody(fields.compactMapValues(\.self)))
    let tenant = try answer.decoded(as: TenantBody.self)
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table: try printOutput(tenant.lines)
    }
    if answer.status == 200 {
      printError("\(tenant.slug) was registered before; nothing has changed")
    }
    if let pending = tenant.pendingGateways {
      printError("not served yet by \(pending.joined(separator: ", "))")
    }
  }
}

struct TenantListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List tenants in the order of their slugs.")

  @Option(help: "Only tenants in this state: provisioning, active, suspended or deleted.")
  var state: String?

  @Option(help: "Only slugs that begin with this.")
  var prefix: String?

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let pages = try await admin.client().tenantPages(state: state, prefix: prefix)
    switch admin.output {
    case .json:
      let data = try JSONSerialization.data(
        withJSONObject: try pages.flatMap(Self.tenants(on:)),
        options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      try printJSON(String(decoding: data, as: UTF8.self))
    case .table:
      let tenants = try pages.flatMap { try $0.decoded(as: TenantPageBody.self).tenants }
      try printOutput(TextTable(rows: [TenantBody.header] + tenants.map(\.summary)))
    }
  }

  /// The tenants of a page as JSON objects, with fields that this version does not know.
  private static func tenants(on page: AdminAnswer) throws -> [Any] {
    let object = try JSONSerialization.jsonObject(with: page.body) as? [String: Any]
    return object?["tenants"] as? [Any] ?? []
  }
}

struct TenantShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one tenant.")

  @Argument(help: "Its slug, or one that it had before.", transform: { try Slug($0) })
  var slug: Slug

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let answer = try await admin.client().send(.GET, "/admin/tenants/\(slug)")
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table: try printOutput(answer.decoded(as: TenantBody.self).lines)
    }
  }
}

struct TenantInviteOwnerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invite-owner", abstract: "Make a new link for a tenant's owner.",
    discussion: """
      Hand the link over: whoever takes it looks after the tenant's users. It counts once, and the one \
      before ends. No mail is sent.
      """)

  @Argument(help: "Its slug, or one that it had before.", transform: { try Slug($0) })
  var slug: Slug

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let answer = try await admin.client().send(.POST, "/admin/tenants/\(slug)/owner-invitation")
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table:
      try printOutput(TextTable(rows: answer.decoded(as: OwnerInvitationBody.self).lines))
    }
  }
}

struct TenantLimitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit", abstract: "Set a tenant's limits, in place of those of all tenants.",
    discussion: "A limit that is not given goes back to that of all tenants.")

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
    case .table: try printOutput(tenant.lines)
    }
    if let pending = tenant.pendingGateways {
      printError("not held to yet by \(pending.joined(separator: ", "))")
    }
  }
}

extension TenantBody {
  /// All there is, a line for each field.
  var lines: TextTable {
    TextTable(
      rows: [
        ["slug", self.slug], ["name", self.displayName], ["state", self.state],
        ["isolation", self.isolation], ["served by", self.servedBy], ["url", self.baseURL],
        ["path url", self.pathURL], ["schema", self.schema], ["role", self.role],
        ["cell", String(self.cell)], ["namespace", self.namespace],
        ["time zone", self.timeZone], ["currency", self.currency],
        ["registration", self.registration],
        ["schema version", String(self.schemaVersion)],
        ["created", details.createdAt.formatted(.iso8601)],
      ] + (details.note.map { [["note", $0]] } ?? []) + (self.limits?.rows ?? [])
        + (ownerInvitation?.lines ?? []))
  }

  static let header = ["SLUG", "NAME", "STATE", "ISOLATION", "URL"]

  /// The most important fields, under ``header``.
  var summary: [String] {
    [self.slug, self.displayName, self.state, self.isolation, self.baseURL]
  }
}

extension OwnerInvitationBody {
  fileprivate var lines: [[String]] {
    [["owner's link", url], ["link expires", expiresAt.formatted(.iso8601)]]
  }
}

extension TenantLimits {
  fileprivate var rows: [[String]] {
    [
      ("connections", connections), ("queue", queue), ("body bytes", bodyBytes),
      ("requests per second", requestsPerSecond),
    ].compactMap { name, value in value.map { ["limit of \(name)", String($0)] } }
  }
}
