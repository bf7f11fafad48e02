import ArgumentParser
import Glibc
import PostgresClient
import TenantRegistry

struct BootstrapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bootstrap",
    abstract: "Prepare a Postgres database, once, as its superuser.",
    discussion: """
      Creates the database if it is missing, and the roles terrace_owner and terrace_reader. Revokes \
      from PUBLIC the rights with which one tenant could reach another, or hold what all share. Also \
      revokes from PUBLIC the right to connect to the databases postgres and template1. You can run \
      it again at any time. `terrace doctor` checks the result, and `terrace serve` refuses to start \
      without it.

      Reads TERRACE_DATABASE_HOST and the other TERRACE_DATABASE_… keys, TERRACE_SUPERUSER \
      (postgres) and TERRACE_SUPERUSER_PASSWORD. Roles belong to the server: this installation's \
      begin with TERRACE_ROLE_PREFIX (terrace). Bootstrap refuses a name that belongs to another \
      database. The two roles get the passwords TERRACE_OWNER_PASSWORD and TERRACE_READER_PASSWORD, \
      where these are set.
      """)

  @Flag(help: "Print the SQL, and connect to nothing. Passwords are in it as SCRAM verifiers.")
  var print = false

  @Option(
    help: ArgumentHelp(
      "What keeps an injected expression from switching tenant: revoke, or row-level, for a managed "
        + "service that gives no superuser. (default: revoke)", valueName: "mechanism"))
  var gate = IsolationMechanism.revoke

  @OptionGroup var databaseWait: DatabaseWait

  func run() async throws {
    // As the first process of a container it would not end by a signal that it does not handle.
    signal(SIGTERM) { _ in _exit(128 + SIGTERM) }
    let source = try ConfigurationSource()
    let name = source.text(.databaseName) ?? DatabaseConfiguration.defaultName
    let bootstrap = DatabaseBootstrap(
      database: name, roles: try DatabaseConfiguration.roles(source), mechanism: gate,
      ownerPassword: try source.secret(.ownerPassword).map { Secret(Array($0.utf8)) },
      readerPassword: try source.secret(.readerPassword).map { Secret(Array($0.utf8)) })
    if print {
      try printOutput(
        bootstrap.statements.map { "\($0);\n" }.joined(separator: "\n"), terminator: "")
      return
    }
    let superuser = try DatabaseConfiguration(source).login(
      source.text(.superuser) ?? "postgres", password: source.secret(.superuserPassword))
    var server = superuser
    // The database itself may not be there yet.
    server.database = "postgres"
    try await withPostgresClient(to: server, waiting: databaseWait) {
      try await bootstrap.apply(client: $0, superuser: superuser)
    }
    try printOutput("The database \(name) is ready for `terrace migrate`.")
  }
}

extension IsolationMechanism: ExpressibleByArgument {}
