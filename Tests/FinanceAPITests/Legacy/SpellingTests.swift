import PostgresClient
import Testing

@testable import Finance
@testable import FinanceAPI

/// The same name and the same password, however they are typed (RFC 8265).
extension DatabaseTests {
  struct SpellingTests {
    /// A password as it was set, and as it is typed.
    @Test(arguments: [
      ("ma\u{f1}ana", "man\u{303}ana"), ("man\u{303}ana", "ma\u{f1}ana"),
      ("\u{212b}ngstr\u{f6}m", "A\u{30a}ngstro\u{308}m"), ("\u{ac00}", "\u{1100}\u{1161}"),
      ("a b", "a\u{a0}b"), ("a\u{3000}b", "a b"), ("foo\u{1680}bar", "foo bar"),
      ("a\u{202f}b", "a\u{2009}b"), (" a ", " a "), ("a  b", "a\u{a0} b"),
    ])
    func aPasswordIsTheSameHoweverItIsTyped(set: String, typed: String) async throws {
      try await FinanceServer.run { server in
        try await expectEqual(server.post("/register", Self.json("sam", set)).status, 200)
        for password in [set, typed] {
          try await expectEqual(server.post("/login", Self.json("sam", password)).status, 200)
        }
      }
    }

    /// Case, width and compatible characters make a difference, as RFC 8265 has it.
    @Test(arguments: [
      ("secret", "Secret"), ("secret", "secret "), ("ab", "\u{ff41}b"), ("ss", "\u{df}"),
      ("a b", "a  b"), ("\u{fb01}", "fi"), ("1", "\u{b9}"),
    ])
    func anotherPasswordIsAnother(set: String, typed: String) async throws {
      try await FinanceServer.run { server in
        try await expectEqual(server.post("/register", Self.json("sam", set)).status, 200)
        try await expectEqual(server.post("/login", Self.json("sam", typed)).status, 401)
      }
    }

    /// A name as it was registered, and others that are the same.
    @Test(arguments: [
      ("jos\u{e9}", ["jose\u{301}", "JOS\u{c9}", "JOSE\u{301}", "\u{ff4a}os\u{e9}"]),
      ("You@Example.com", ["you@example.com", "YOU@EXAMPLE.COM", "you\u{ff20}example\u{ff0e}com"]),
      ("\u{3a3}\u{3b1}\u{3c2}", ["\u{3c3}\u{391}\u{3a3}", "\u{3c3}\u{3b1}\u{3c2}"]),
      ("\u{41f}\u{451}\u{442}\u{440}", ["\u{43f}\u{435}\u{308}\u{442}\u{440}"]),
      ("\u{ff76}\u{ff9e}", ["\u{30ac}", "\u{30ab}\u{3099}"]),
      ("\u{212a}im", ["kim", "Kim"]), ("\u{ae40}", ["\u{1100}\u{1175}\u{11b7}"]),
      ("Sam Smith", ["sam smith", "SAM\u{3000}SMITH"]),
    ])
    func aNameIsOneUserHoweverItIsTyped(name: String, others: [String]) async throws {
      try await FinanceServer.run { server in
        try await expectEqual(server.post("/register", Self.json(name)).status, 200)
        for other in [name] + others {
          try await expectEqual(
            server.post("/register", Self.json(other)), .text(409, "username already exists"))
          try await expectEqual(server.post("/login", Self.json(other)).status, 200)
        }
      }
    }

    @Test func ofSpellingsOfOneNameAtOnceExactlyOneIsRegistered() async throws {
      try await FinanceServer.run { server in
        let names = ["Jos\u{e9}", "jose\u{301}", "JOS\u{c9}", "\u{ff2a}ose\u{301}"]
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
          for name in names + names {
            group.addTask { try await server.post("/register", Self.json(name)).status }
          }
          return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [200: 1, 409: 7])
      }
    }

    @Test(arguments: [
      ("jos\u{e9}\u{200b}", "username must not contain the character U+200B (ZERO WIDTH SPACE)"),
      ("a\u{200d}b", "username must not contain the character U+200D (ZERO WIDTH JOINER)"),
      ("a\u{200c}b", "username must not contain the character U+200C (ZERO WIDTH NON-JOINER)"),
      ("a\u{2060}b", "username must not contain the character U+2060 (WORD JOINER)"),
      ("a\u{feff}b", "username must not contain the character U+FEFF (ZERO WIDTH NO-BREAK SPACE)"),
      ("a\u{ad}b", "username must not contain the character U+00AD (SOFT HYPHEN)"),
      ("a\u{202e}b", "username must not contain the character U+202E (RIGHT-TO-LEFT OVERRIDE)"),
      ("a\nb", "username must not contain the character U+000A"),
      ("a\u{a0}b", "username must not contain the character U+00A0 (NO-BREAK SPACE)"),
      ("henry\u{2163}", "username must not contain the character U+2163 (ROMAN NUMERAL FOUR)"),
      ("\u{265a}", "username must not contain the character U+265A (BLACK CHESS KING)"),
      ("\u{1f600}", "username must not contain the character U+1F600 (GRINNING FACE)"),
      (" sam", "username must not begin or end with a space, nor have two in a row"),
      ("sam ", "username must not begin or end with a space, nor have two in a row"),
      ("sam  smith", "username must not begin or end with a space, nor have two in a row"),
      (
        "a\u{5d0}",
        "username must not mix writing from left to right with writing from right to left"
      ),
    ])
    func aNewNameThatLooksLikeAnotherIsRefused(name: String, message: String) async throws {
      try await FinanceServer.run { server in
        try await expectEqual(server.post("/register", Self.json(name)), .text(400, message))
      }
    }

    @Test(arguments: [
      ("a\tb", "password must not contain the character U+0009"),
      ("a\u{0}b", "password must not contain the character U+0000"),
      ("a\u{7f}b", "password must not contain the character U+007F"),
      ("a\u{200b}b", "password must not contain the character U+200B (ZERO WIDTH SPACE)"),
      ("a\u{2028}b", "password must not contain the character U+2028 (LINE SEPARATOR)"),
      ("a\u{e000}b", "password must not contain the character U+E000"),
      ("a\u{ffff}b", "password must not contain the character U+FFFF"),
    ])
    func aNewPasswordThatCannotBeTypedAgainIsRefused(text: String, message: String) async throws {
      try await FinanceServer.run { server in
        try await expectEqual(
          server.post("/register", Self.json("sam", text)), .text(400, message))
        // At a login it is just wrong: somebody may have had it before.
        try await expectEqual(server.post("/login", Self.json("sam", text)).status, 401)
      }
    }

    // MARK: Users from before

    /// Names as the releases before took them.
    private static let oldNames = [
      "Jos\u{e9}@Example.com", "Jose\u{301}", "You@Example.com", "a\u{200b}b", "\u{1f600}",
      " sam  smith ", "a\nb", "\u{2163}", "\u{5d0}a", "\u{a0}", "Sam Smith",
    ]

    @Test func whoeverRegisteredBeforeLogsInWithTheNameOfThen() async throws {
      try await FinanceServer.run { server in
        try await Self.addOldUsers(Self.oldNames, to: server)
        for _ in 0..<2 {
          for name in Self.oldNames {
            try await expectEqual(server.post("/login", Self.json(name)).status, 200, "\(name)")
          }
        }
      }
    }

    @Test(arguments: [
      ("Jos\u{e9}@Example.com", "jose\u{301}@example.com"), ("Jose\u{301}", "JOS\u{c9}"),
      ("You@Example.com", "you@example.com"), ("Sam Smith", "sam smith"),
    ])
    func whoeverRegisteredBeforeIsFoundByOtherSpellingsAndTheNameIsTaken(
      old: String, typed: String
    ) async throws {
      try await FinanceServer.run { server in
        try await Self.addOldUsers([old], to: server)
        for name in [typed, old] {
          try await expectEqual(
            server.post("/register", Self.json(name)), .text(409, "username already exists"))
        }
        for name in [typed, old, typed] {
          try await expectEqual(server.post("/login", Self.json(name)).status, 200)
        }
      }
    }

    /// Users who had names that are now one.
    @Test func ofTwoUsersFromBeforeEachIsFoundByTheNameOfThenOnly() async throws {
      try await FinanceServer.run { server in
        try await Self.addOldUsers(["Jos\u{e9}", "jose\u{301}", "YOU@x", "you@X"], to: server)
        for name in ["Jos\u{e9}", "jose\u{301}", "YOU@x", "you@X"] {
          try await expectEqual(server.post("/login", Self.json(name)).status, 200)
        }
        for name in ["JOS\u{c9}", "jos\u{e9}", "you@x"] {
          try await expectEqual(server.post("/login", Self.json(name)).status, 401)
          try await expectEqual(server.post("/register", Self.json(name)).status, 409)
        }
      }
    }

    /// A hash of what was typed then, which no release prepares so any more.
    @Test(arguments: ["man\u{303}ana", "a\u{a0}b", "a\tb", "a\u{200b}b", "plain"])
    func aHashFromBeforeVerifiesAndIsReplaced(password: String) async throws {
      try await FinanceServer.run { server in
        try await Self.addOldUsers(["sam"], password: password, to: server)
        for _ in 0..<2 {
          try await expectEqual(server.post("/login", Self.json("sam", password)).status, 200)
        }
        try await expectEqual(server.post("/login", Self.json("sam", "another")).status, 401)
      }
    }

    @Test func afterALoginAPasswordFromBeforeMayBeTypedAnyhow() async throws {
      try await FinanceServer.run { server in
        try await Self.addOldUsers(["sam"], password: "man\u{303}ana", to: server)
        for typed in ["man\u{303}ana", "ma\u{f1}ana"] {
          try await expectEqual(server.post("/login", Self.json("sam", typed)).status, 200)
        }
      }
    }

    private static func json(_ name: String, _ password: String = "secret") -> String {
      func quoted(_ text: String) -> String {
        text.utf16.map { unit in
          let digits = String(unit, radix: 16)
          return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
      }
      return #"{"username":"\#(quoted(name))","password":"\#(quoted(password))"}"#
    }

    /// Users as the first release stored them.
    private static func addOldUsers(
      _ names: [String], password: String = "secret", to server: FinanceServer
    ) async throws {
      let hash = try ScryptHash(
        of: Password(password),
        parameters: ScryptParameters(cost: 16, blockSize: 8, parallelism: 1)
      ).description
      let database = try server.database()
      _ = try await database.query(
        "insert into ledger (name, currency, time_zone) values ('Personal', 'EUR', 'UTC')")
      for name in names {
        _ = try await database.query(
          """
          insert into app_user (username, password_hash, default_ledger_id)
          select \(name), \(hash), max(id) from ledger
          """)
      }
    }
  }
}
