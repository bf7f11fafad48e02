import ArgumentParser
import Glibc
import PostgresClient
import TenantRegistry

struct BootstrapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bootstrap",
    abstract: "Prepare a Postgres database, once, as its superuser.",
    discussion: """
      Creates the database if it is missing, the roles terrace_owner and terrace_reader, and takes \
      from PUBLIC the rights through which one tenant could reach another, or hold what all share. \
      It also takes from PUBLIC the right to connect to the databases postgres and template1. It \
      can be run again without harm. `terrace doctor` checks that it is so, and `terrace serve` \
      refuses to start if it is not.

      Reads TERRACE_DATABASE_HOST and the other TERRACE_DATABASE_… keys, TERRACE_SUPERUSER \
      (postgres) and TERRACE_SUPERUSER_PASSWORD. Roles belong to the server: the names of this \
      installation's begin with TERRACE_ROLE_PREFIX (terrace). A name that another database's \
      roles have is refused. TERRACE_OWNER_PASSWORD and TERRACE_READER_PASSWORD become the passwords of the two roles; without them they stay as \
      they are.
      """)

  @Flag(help: "Print the SQL, and connect to nothing. Passwords are in it as SCRAM verifiers.")
  var print = false

  @Option(
    help: ArgumentHelp(
      "What keeps an injected expression from switching tenant: revoke, or row-level, for a managed "
        + "service that gives no superuser. (default: revoke)", valueName: "barrier"))
  var gate = TenantBarrier.revoke

  @OptionGroup var databaseWait: DatabaseWait

  func run() async throws {
    // As the first process of a container it would not end by a signal that it does not handle.
    signal(SIGTERM) { _ in _exit(128 + SIGTERM) }
    let source = try ConfigurationSource()
    let name = source.text(.databaseName) ?? DatabaseConfiguration.defaultName
    let bootstrap = DatabaseBootstrap(
      database: name, roles: try DatabaseConfiguration.roles(source), barrier: gate,
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

extension TenantBarrier: ExpressibleByArgument {}
