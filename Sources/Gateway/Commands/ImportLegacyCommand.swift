import ArgumentParser
import Finance
import Foundation
import Logging
import PostgresClient
import TenantRegistry

struct ImportLegacyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import-legacy",
    abstract: "Bring users and transactions of the Flask app that Terrace replaces into a tenant.",
    discussion: """
      Reads the app's database, and changes nothing in it. Users keep their passwords where these are \
      scrypt hashes; the others are named, and need a new one. Transactions go into their user's \
      default ledger, in cash and without a category.

      You can run it again at any time: it adds only what is not there yet, and not what was deleted. \
      What the books cannot have, such as an amount that is not a number, is left out and listed. The \
      exit code is then 1.

      Reads the TERRACE_DATABASE_… keys, TERRACE_ROLE_PREFIX, TERRACE_READER_PASSWORD and \
      TERRACE_MASTER_KEY, for which the tenant must be a shared one. The password of the app's \
      database is in the URL, or in TERRACE_LEGACY_PASSWORD.
      """)

  @Argument(
    help: ArgumentHelp(
      "The app's database, such as postgres://flask@db.example:5432/finance?sslmode=require.",
      valueName: "postgres-url"))
  var source: String

  @Option(help: ArgumentHelp("The tenant's slug.", valueName: "slug"))
  var tenant: String

  func run() async throws {
    let settings = try ConfigurationSource()
    let database = try DatabaseConfiguration(settings)
    let reader = database.reader(password: try settings.requiredSecret(.readerPassword))
    guard let masterKeys = try SecretRules(mode: .shared, source: settings).masterKeys() else {
      throw ConfigurationError(.sharedMasterKey, "is not set")
    }
    var legacy = try PostgresLogin(url: source)
    if legacy.password == nil { legacy.password = try settings.secret(.legacyPassword) }
    let report = try await withPostgresClient(to: reader, of: database.roles) { client in
      try await client.tryLogin(legacy)
      return try await runImport(
        from: client.database(legacy),
        TenantDirectory(
          client: client, login: reader, masterKeys: masterKeys,
          configuration: .init(name: "import-legacy"), logger: Logger(label: "terrace")))
    }
    try print(report)
    if !report.refusals.isEmpty { throw ExitCode.failure }
  }

  /// Runs the import while the directory knows where the tenant is.
  private func runImport(
    from legacy: PostgresDatabase, _ directory: TenantDirectory
  ) async throws -> LegacyReport {
    try await withThrowingTaskGroup(of: LegacyReport?.self) { group in
      defer { group.cancelAll() }
      group.addTask {
        try await directory.run()
        return nil
      }
      group.addTask {
        while !directory.isFresh { try await Task.sleep(for: .milliseconds(10)) }
        guard let record = directory.tenant(slug: tenant) else {
          throw CommandFailure("there is no tenant \(tenant)")
        }
        return try await LegacyImport(
          from: legacy, into: record.tenant, record.database, FinanceEnvironment()
        ).run()
      }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CommandFailure("the import was interrupted")
    }
  }

  private func print(_ report: LegacyReport) throws {
    try printOutput("found: \(report.schema)")
    try printOutput(
      """
      users: \(report.usersAdded) added, \(report.usersPresent) were there, \
      \(report.withoutPassword.count) without a usable password
      """)
    for name in report.withoutPassword { printError("\(name): needs a new password") }
    try printOutput(
      """
      transactions: \(report.transactionsAdded) added, \(report.transactionsPresent) were there
      """)
    try printOutput("refused: \(report.refusals.count)")
    for refusal in report.refusals { printError("refused: \(refusal)") }
  }
}

extension PostgresLogin {
  /// - Parameter url: as libpq has it: `postgres://user:password@host:port/database?sslmode=require`, with a
  ///   Unix socket's folder as `host` among the parameters.
  /// - Throws: `ValidationError` if it is none. The message does not have the URL, which may have a
  ///   password.
  init(url: String) throws {
    guard let parts = URLComponents(string: url),
      ["postgres", "postgresql"].contains(parts.scheme), let user = parts.user,
      let database = parts.path.split(separator: "/", omittingEmptySubsequences: false).last,
      !database.isEmpty
    else {
      throw ValidationError("the database must be a URL such as postgres://user@host:5432/database")
    }
    var parameters: [String: String] = [:]
    for item in parts.queryItems ?? [] {
      guard ["host", "sslmode", "sslrootcert"].contains(item.name), let value = item.value else {
        throw ValidationError("the database's URL has a parameter that is not known: \(item.name)")
      }
      parameters[item.name] = value
    }
    guard let host = parameters["host"] ?? parts.host, !host.isEmpty else {
      throw ValidationError("the database's URL has no host")
    }
    self.init(
      host: host, port: parts.port ?? 5432, database: String(database), user: user,
      password: parts.password, sslMode: parameters["sslmode"] ?? "prefer",
      sslRootCertificate: parameters["sslrootcert"])
  }
}
