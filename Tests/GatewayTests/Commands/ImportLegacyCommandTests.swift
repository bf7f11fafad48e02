import AsyncHTTPClient
import Foundation
import NIOCore
import PostgresClient
import TestSupport
import Testing

@testable import EmbeddedPostgres

/// `terrace import-legacy` as a process, from a Postgres of the old app's into a tenant that is served.
@Suite(.serialized) struct ImportLegacyCommandTests {
  @Test func usersComeWithTheirPasswordsAndWhatTheyRecorded() async throws {
    try await withLegacy { legacy, terrace in
      try await legacy.run(
        """
        insert into users (username, password) values ('old.hand@example.com', '\(Self.hash)'),
          ('eve', 'pbkdf2:sha256:600000$salt$00'), ('OLD.HAND@example.com', '\(Self.hash)')
        """,
        """
        insert into transactions (user_id, type, amount, description, date) values
          (1, 'income', 1250.5, 'pay', date_trunc('month', now())),
          (1, 'expense', 0.1, null, date_trunc('month', now())),
          (1, 'income', 'NaN', 'nothing', now()), (2, 'expense', 3, 'tea', '2024-02-29'),
          (null, 'income', 1, 'nobody''s', now())
        """)
      let first = try terrace.importLegacy(from: legacy)
      #expect(first.exitCode == 1)
      #expect(
        first.output == """
          found: users in public.users (id, username, password), \
          transactions in public.transactions (id, user_id, type, amount, description, date)
          users: 2 added, 0 were there, 1 without a usable password
          eve: needs a new password
          transactions: 3 added, 0 were there
          refused: 3
          refused: user 3: has the name of user 1, in another spelling: OLD.HAND@example.com
          refused: transaction 5: it has no user
          refused: transaction 3: its amount is no number: NaN

          """)
      let token = try await terrace.logIn("old.hand@example.com", "old password")
      #expect(
        try await terrace.call("GET", "/analytics?period=current_month", token: token)
          == #"{"net_balance":1250.4,"total_expense":0.1,"total_income":1250.5}"#)
      #expect(try await terrace.logIn("old.hand@example.com", "another password") == nil)
      #expect(try await terrace.logIn("eve", "salt") == nil)
      let ledgers = try await terrace.call("GET", "/v1/ledgers", token: token)
      #expect(ledgers.contains(#""name":"Personal""#), "\(ledgers)")

      let again = try terrace.importLegacy(from: legacy)
      #expect(again.output.contains("users: 0 added, 2 were there"))
      #expect(again.output.contains("transactions: 0 added, 3 were there"))
      try await legacy.run(
        "delete from transactions where id in (3, 5)", "delete from users where id = 3")
      #expect(try terrace.importLegacy(from: legacy).exitCode == 0)
    }
  }

  @Test func oneThatIsKilledGoesOnAndNothingComesTwice() async throws {
    try await withLegacy { legacy, terrace in
      let count = 4500
      try await legacy.run(
        "insert into users (username, password) values ('old.hand@example.com', '\(Self.hash)')",
        """
        insert into transactions (user_id, type, amount, date)
        select 1, 'income', 1, date_trunc('month', now()) from generate_series(1, \(count))
        """,
        // Where it is read on after the second thousand, it waits. It is read in the order of its key.
        "alter database legacy set enable_seqscan = off",
        "alter database legacy set enable_sort = off",
        "alter table transactions rename to recorded",
        """
        create view transactions as
        select * from recorded where id <= 2000 or pg_sleep(600) is not null
        """)
      let log = terrace.folder.home + ".import"
      defer { try? FileManager.default.removeItem(atPath: log) }
      let child = try await TerraceCommand.start(
        terrace.arguments(from: legacy), terrace.settings, log: log)
      try await eventually("it has written two thousand", within: .seconds(60)) {
        try #require(!child.hasEnded)
        return try await terrace.imported() == 2000
      }
      child.send(SIGKILL)
      await child.end()
      try await legacy.run(
        """
        select pg_terminate_backend(pid, 10000) from pg_stat_activity
        where datname = 'legacy' and pid <> pg_backend_pid()
        """, "drop view transactions", "alter table recorded rename to transactions")
      let rest = try terrace.importLegacy(from: legacy)
      #expect(rest.exitCode == 0, "\(rest.output)")
      #expect(rest.output.contains("users: 0 added, 1 were there"))
      #expect(rest.output.contains("transactions: 2500 added, 2000 were there"))
      let token = try await terrace.logIn("old.hand@example.com", "old password")
      #expect(
        try await terrace.call("GET", "/analytics?period=current_month", token: token)
          == #"{"net_balance":\#(count),"total_expense":0,"total_income":\#(count)}"#)
    }
  }

  @Test func whatIsWrongIsSaidInOneSentenceWithoutASecret() async throws {
    try await withLegacy { legacy, terrace in
      let url = legacy.url
      let away = url.replacing(legacy.postgres.socketDirectory, with: "/nowhere")
      var cases: [(url: String, tenant: String, says: String)] = [
        (url, "nobody", "there is no tenant nobody"),
        (away, "acme", "No such file or directory"),
        (
          url.replacing("/legacy?", with: "/another?"), "acme",
          #"database "another" does not exist"#
        ),
        (url.replacing("postgres://", with: "mysql://"), "acme", "must be a URL such as"),
        ("postgres://flask:\(Legacy.password)@/legacy", "acme", "has no host"),
        (url + "&password=\(Legacy.password)", "acme", "parameter that is not known: password"),
        ("postgres://flask:\(Legacy.password)@127.0.0.1:1/legacy", "acme", "refused"),
      ]
      try await legacy.run("alter table transactions rename to somewhere_else")
      cases.append((url, "acme", "no table transactions or transaction or entries"))
      for (url, tenant, says) in cases {
        let (exitCode, output) = try terrace.importLegacy(from: url, into: tenant)
        #expect(exitCode != 0)
        #expect(output.contains(says) && !output.contains("\u{FFFD}"), "\(output)")
        #expect(!output.contains(Legacy.password) && !output.contains(terrace.masterKey))
        let sentences = output.split(separator: "\n").filter { !$0.hasPrefix("Usage:") }
          .filter { !$0.contains("--help' for more") }
        #expect(sentences.count == 1, "\(output)")
      }
    }
  }

  /// Of `old password`, as Werkzeug writes it.
  private static let hash =
    "scrypt:32768:8:1$Xq3vKp9sTz7LmWa2$746ed2bc06fe61cb841b0e19a1deb6ea8f68b20b16a0945ee0e460a6f43799"
    + "527cf240f1f422785324e75574a536d348eb26319abaecc6143bb2cbd3c05dbdd3"

  /// Runs `body` with the old app's database, and with `terrace dev` beside it.
  private func withLegacy(_ body: (Legacy, Installation) async throws -> Void) async throws {
    try await withTemporaryPostgres { postgres in
      let legacy = Legacy(postgres: postgres)
      try await legacy.create()
      try await DevelopmentFolder.with { folder in
        try await folder.serving { _ in try await body(legacy, Installation(folder)) }
      }
    }
  }
}

/// A Postgres with the database of the app that Terrace replaces.
private struct Legacy {
  static let password = "hush-hush-8141"

  let postgres: EmbeddedPostgres

  /// As a person would write it, with a password that the socket does not ask for.
  var url: String {
    "postgres://\(postgres.superuser):\(Self.password)@localhost:\(postgres.port)/legacy"
      + "?host=\(postgres.socketDirectory)"
  }

  func create() async throws {
    try await run("create database legacy", in: "postgres")
    try await run(
      "create table users (id serial primary key, username varchar(80), password varchar(255))",
      """
      create table transactions (
        id serial primary key, user_id integer references users, type varchar(10),
        amount double precision, description varchar(2000), date timestamp default now())
      """)
  }

  func run(_ statements: String..., in database: String = "legacy") async throws {
    try await withSuperuser(postgres.socketDirectory, postgres.port, database) { database in
      for statement in statements {
        _ = try await database.query(PostgresQuery(unsafeSQL: statement))
      }
    }
  }
}

/// Runs `body` with a database as its superuser.
private func withSuperuser<R>(
  _ host: String, _ port: Int, _ database: String, _ body: (PostgresDatabase) async throws -> R
) async throws -> R {
  let client = PostgresClient(logger: ServerFixture.logger)
  defer { client.close() }
  return try await body(
    client.database(
      PostgresLogin(
        host: host, port: port, database: database, user: EmbeddedPostgres.superuserName,
        password: nil)))
}

/// `terrace dev`, and what an operator of it has to know.
private struct Installation {
  let folder: DevelopmentFolder
  let masterKey: String
  let settings: [String: String]

  init(_ folder: DevelopmentFolder) throws {
    func secret(_ name: String) throws -> String {
      try String(contentsOfFile: "\(folder.home)/secrets/\(name)", encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    self.folder = folder
    masterKey = try secret("master-key")
    settings = [
      "TERRACE_DATABASE_HOST": URL(fileURLWithPath: folder.home + "/postgres")
        .resolvingSymlinksInPath().path + "/socket",
      "TERRACE_READER_PASSWORD": try secret("reader-password"), "TERRACE_MASTER_KEY": masterKey,
    ]
  }

  func arguments(from legacy: Legacy) -> [String] {
    ["import-legacy", legacy.url, "--tenant", "acme"]
  }

  func importLegacy(from legacy: Legacy) throws -> (exitCode: Int32, output: String) {
    try TerraceCommand.run(arguments(from: legacy), settings)
  }

  func importLegacy(
    from url: String, into tenant: String
  ) throws -> (exitCode: Int32, output: String) {
    try TerraceCommand.run(["import-legacy", url, "--tenant", tenant], settings)
  }

  /// How many transactions of the old app's acme has.
  func imported() async throws -> Int {
    try await withSuperuser(settings["TERRACE_DATABASE_HOST"] ?? "", 5432, "terrace") { database in
      try await database.query(
        "select count(*) from t_acme.transaction where external_id like 'legacy:%'")[0].decode(0)
    }
  }

  /// A token; nil if the login fails.
  func logIn(_ name: String, _ password: String) async throws -> String? {
    let answer = try await call(
      "POST", "/login", #"{"username":"\#(name)","password":"\#(password)"}"#)
    return answer.firstMatch(of: /"token":"([^"]+)"/).map { String($0.1) }
  }

  /// The body of the answer.
  func call(
    _ method: String, _ path: String, _ json: String? = nil, token: String? = nil
  ) async throws -> String {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(folder.port)/t/acme\(path)")
    request.method = .init(rawValue: method)
    if let json {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: json))
    }
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    return String(buffer: try await response.body.collect(upTo: 1 << 20))
      .trimmingCharacters(in: .newlines)
  }
}
