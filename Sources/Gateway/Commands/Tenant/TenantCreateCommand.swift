import AdminAPI
import ArgumentParser

struct TenantCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Register a tenant.",
    discussion: """
      The same command again answers with the same tenant; another one for a slug that is taken is \
      refused.
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

  @Option(help: "Whether people may register themselves: open or closed. (default: open)")
  var registration: String?

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let fields: [CreateTenantBody.CodingKeys: String?] = [
      .slug: slug, .displayName: displayName, .timeZone: timeZone, .currency: currency,
      .isolation: isolation, .registration: registration,
    ]
    let answer = try await admin.client().send(
      .POST, "/admin/tenants", CreateTenantBody(fields.compactMapValues(\.self)))
    let tenant = try answer.decoded(as: TenantBody.self)
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table: try printOutput(tenant.details)
    }
    if answer.status == 200 {
      printError("\(tenant.slug) was registered before; nothing has changed")
    }
    if let pending = tenant.pendingGateways {
      printError("not served yet by \(pending.joined(separator: ", "))")
    }
  }
}
