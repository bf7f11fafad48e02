import Testing

@testable import Finance

struct ScryptHashTests {
  /// Made by Python's `hashlib.scrypt`, as Werkzeug's `generate_password_hash` does.
  private static let werkzeug =
    "scrypt:32768:8:1$Qw3rTyUi0pAsDfGh$0f1bf7b47f9b71e8d1d4d2a40793ad97505a6b74d92e1b7c85f6c0ba2a6"
    + "ed4ccaf70a094c2970ceb2dc3b024b5f8f6eeb8de9f80d6628d9c57d7d20d18b6dc9a"
  private static let unicode =
    "scrypt:1024:8:2$s$f873136a003a7f953cda62423e1cfd9f607c80676af05cf2593b10d37226dfc571bbddcfc3fd"
    + "fa5b1238db221ee92034f0ab1a213f6c34a89b45d7698e76ce04"
  private static let cheap = ScryptParameters(cost: 16, blockSize: 8, parallelism: 1)

  @Test func aHashOfTheOldAppMatchesItsPasswordAlone() throws {
    let hash = try #require(ScryptHash(Self.werkzeug))
    #expect(hash.parameters == ScryptParameters(cost: 32768, blockSize: 8, parallelism: 1))
    #expect(hash.description == Self.werkzeug)
    #expect(try hash.matches(Password("password@123")))
    #expect(try !hash.matches(Password("password@124")))
  }

  @Test func aPasswordIsItsUTF8() throws {
    let hash = try #require(ScryptHash(Self.unicode))
    #expect(try hash.matches(Password("pässwörd ✓")))
  }

  @Test func aNewHashSurvivesItsTextForm() throws {
    let hash = try ScryptHash(of: Password("secret"), parameters: Self.cheap)
    let read = try #require(ScryptHash(hash.description))
    #expect(try read.matches(Password("secret")))
    #expect(try !read.matches(Password("Secret")))
  }

  @Test func equalPasswordsHaveDifferentSalts() throws {
    let hashes = try (0..<20).map { _ in
      try ScryptHash(of: Password("secret"), parameters: Self.cheap).salt
    }
    #expect(Set(hashes).count == hashes.count)
    #expect(hashes.allSatisfy { $0.count == 16 })
  }

  @Test(arguments: [
    "scrypt:32767:8:1", "scrypt:0:8:1", "scrypt:-2:8:1", "scrypt:1:8:1", "scrypt:262144:8:1",
    "scrypt:16:17:1", "scrypt:16:0:1", "scrypt:16:8:0", "scrypt:16:8:17", "scrypt:131072:16:1",
    "scrypt:131072:8:2", "scrypt:65536:16:2", "scrypt:32768:8:5", "scrypt:131072:9:1",
    "scrypt:16:8", "scrypt:16:8:1:1", "scrypt:9223372036854775808:8:1",
    "scrypt:a:8:1", "pbkdf2:sha256:600000", "scrypt", "",
  ])
  func aHashThatWouldCostTooMuchIsNotRead(method: String) {
    #expect(ScryptHash("\(method)$salt$" + String(repeating: "ab", count: 64)) == nil)
  }

  @Test func aHashOfAnotherFormIsNotRead() {
    let key = String(repeating: "ab", count: 64)
    #expect(ScryptHash("scrypt:16:8:1$salt$\(key)") != nil)
    for text in [
      "scrypt:16:8:1$$\(key)", "scrypt:16:8:1$salt$\(key)$", "scrypt:16:8:1$salt$\(key)ab",
      "scrypt:16:8:1$salt$\(key.dropLast())", "scrypt:16:8:1$salt$\(key.dropLast())g",
      "scrypt:16:8:1$salt$", "scrypt:16:8:1$\(key)",
    ] {
      #expect(ScryptHash(text) == nil, "\(text)")
    }
  }

  /// (N, r, p) of a stored hash, and of what brings it up to the ceiling of
  /// ``ScryptParameters/standard``.
  @Test(
    arguments: [
      // The old app's.
      ([32768, 8, 1], [32768, 8, 3]),
      ([32768, 8, 2], [32768, 8, 2]), ([16384, 8, 1], [16384, 8, 7]),
      ([65536, 8, 1], [32768, 8, 2]), ([16384, 16, 2], [32768, 8, 2]),
      // What new hashes, and names that do not exist, cost.
      ([32768, 8, 3], [32768, 8, 1]),
      // Not exact, but nearly.
      ([1024, 8, 1], [2048, 8, 64]), ([2, 1, 1], [2048, 8, 64]),
      ([65536, 8, 2], nil), ([131072, 8, 1], nil), ([65536, 16, 1], nil),
    ] as [([Int], [Int]?)])
  func everyHashIsBroughtUpToTheCostOfTheDearest(stored: [Int], rest: [Int]?) throws {
    func parameters(_ numbers: [Int]) -> ScryptParameters {
      ScryptParameters(cost: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
    }
    let remainder = ScryptParameters.standard.ceiling.remainder(after: parameters(stored))
    #expect(remainder == rest.map(parameters))
  }

  @Test func theCostliestHashThatIsReadCanBeComputed() throws {
    let parameters = ScryptParameters(cost: 2, blockSize: 16, parallelism: 16)
    #expect(parameters.isWithinLimits)
    _ = try ScryptHash(of: Password("x"), parameters: parameters)
    _ = try ScryptHash(
      of: Password("x"), parameters: ScryptParameters(cost: 2, blockSize: 16, parallelism: 1))
  }
}
