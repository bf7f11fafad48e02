import Foundation
import HTTPServer
import HTTPSupport
import NIOCore
import TenantRegistry
import Testing

@testable import Gateway

@Suite struct ConfigurationTests {
  static let masterKey = MasterKey.random().text
  static let shared = [
    "TERRACE_MODE": "shared", "TERRACE_DATABASE_HOST": "db.internal",
    "TERRACE_READER_PASSWORD": "reader", "TERRACE_MASTER_KEY": masterKey,
  ]
  static let admin = [
    "TERRACE_MODE": "admin", "TERRACE_DATABASE_HOST": "db.internal",
    "TERRACE_OWNER_PASSWORD": "owner", "TERRACE_MASTER_KEY": masterKey,
    "TERRACE_DEDICATED_MASTER_KEY": masterKey,
    "TERRACE_ADMIN_TOKEN": String(repeating: "a", count: 43),
  ]

  static let dedicated = [
    "TERRACE_MODE": "dedicated", "TERRACE_DATABASE_HOST": "db.internal",
    "TERRACE_TENANT_ID": "4f8b8a5e-1f57-4e0e-9a3f-3a3f6f1b7c11",
    "TERRACE_TENANT_LOGIN": "terrace_t_acme", "TERRACE_TENANT_PASSWORD": "acme",
    "TERRACE_TENANT_KEY": masterKey,
  ]

  private func load(
    _ environment: [String: String], _ changes: [String: String] = [:]
  ) throws -> ProcessConfiguration {
    try ProcessConfiguration(
      ConfigurationSource(environment: environment.merging(changes) { $1 }))
  }

  private func message(
    _ environment: [String: String], _ changes: [String: String] = [:]
  ) -> String? {
    #expect(throws: ConfigurationError.self) { try load(environment, changes) }?.description
  }

  private func withFile<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
    let path = NSTemporaryDirectory() + UUID().uuidString
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  @Test func whatIsNotSetHasItsDefault() throws {
    let configuration = try load(Self.shared)
    #expect(configuration.server.mode == .shared)
    #expect(configuration.server.publicListener.port == 8080)
    #expect(configuration.reader?.user == "terrace_reader")
    #expect(configuration.reader?.sslMode == "verify-full")
    #expect(configuration.owner == nil)
  }

  @Test func thePrefixNamesTheLogins() throws {
    let prefix = ["TERRACE_ROLE_PREFIX": "home"]
    let shared = try load(Self.shared, prefix)
    #expect(shared.reader?.user == "home_reader")
    #expect(shared.roles.prefix == "home")
    #expect(try load(Self.admin, prefix).owner?.user == "home_owner")
    // A tenant's own login is named in full.
    #expect(try load(Self.dedicated, prefix).tenant?.login.user == "terrace_t_acme")
  }

  @Test(arguments: [
    ("TERRACE_MODE", "both"), ("TERRACE_PUBLIC_LISTEN", "8080"),
    ("TERRACE_PUBLIC_LISTEN", "127.0.0.1:65536"), ("TERRACE_PUBLIC_LISTEN", "no host:1"),
    ("TERRACE_BASE_DOMAINS", "finance..example"), ("TERRACE_BASE_DOMAINS", "a.example,"),
    ("TERRACE_BASE_DOMAINS", "a.example,192.0.2.1"), ("TERRACE_BASE_DOMAINS", "[::1]"),
    ("TERRACE_TRUSTED_PROXIES", "10.0.0.0/33"), ("TERRACE_IDLE_TIMEOUT", "30"),
    ("TERRACE_IDLE_TIMEOUT", "0s"), ("TERRACE_IDLE_TIMEOUT", "-1s"),
    ("TERRACE_MAX_CONNECTIONS", "many"), ("TERRACE_MAX_CONNECTIONS", "0"),
    ("TERRACE_ACCESS_LOG", "some"), ("TERRACE_DATABASE_PORT", "5432x"),
    ("TERRACE_DATABASE_SSLMODE", "maybe"), ("TERRACE_DATABASE_CONNECTIONS", "1"),
    ("TERRACE_PUBLIC_URL", "finance.example"), ("TERRACE_PASSWORD_HASHES", "1.5"),
    ("TERRACE_ROLE_PREFIX", "t"), ("TERRACE_ROLE_PREFIX", "home_"),
  ])
  func aMalformedValueIsNamed(key: String, value: String) {
    let text = message(Self.shared, [key: value])
    #expect(text?.hasPrefix("\(key) must be ") == true)
    #expect(text?.hasSuffix("'\(value)'") == true)
  }

  @Test func aMalformedMasterKeyIsNamedAndNotRepeated() {
    let text = message(Self.shared, ["TERRACE_MASTER_KEY": "1:c2hvcnQ="])
    #expect(text?.hasPrefix("TERRACE_MASTER_KEY ") == true)
    #expect(text?.contains("c2hvcnQ=") == false)
  }

  @Test(arguments: ["TERRACE_MODE", "TERRACE_DATABASE_HOST", "TERRACE_READER_PASSWORD"])
  func whatMustBeSetIsNamed(key: String) {
    #expect(message(Self.shared, [key: ""])?.hasPrefix(key) == true)
  }

  @Test func anOldNameIsRefusedWithTheNewOne() {
    #expect(
      message(Self.shared, ["TERRACE_SCOPE": "shared"])
        == "TERRACE_SCOPE is called TERRACE_MODE now: rename it")
  }

  @Test(arguments: [
    "TERRACE_OWNER_PASSWORD", "TERRACE_DEDICATED_MASTER_KEY", "TERRACE_ADMIN_TOKEN",
    "TERRACE_SUPERUSER_PASSWORD",
  ])
  func aGatewayOfTenantsRefusesTheKeysOfTheAdmin(key: String) {
    #expect(
      message(Self.shared, [key: Self.admin[key] ?? "secret"])
        == "\(key) must not be set in mode shared")
  }

  @Test func aTenantsOwnProcessHasItsCredentialsAndFewConnections() throws {
    let configuration = try load(Self.dedicated)
    #expect(configuration.tenant?.login.user == "terrace_t_acme")
    #expect(configuration.tenant?.tenant.description == Self.dedicated["TERRACE_TENANT_ID"])
    #expect(configuration.databaseConnections == 5)
    #expect(configuration.masterKeys == nil && configuration.reader == nil)
  }

  @Test(arguments: [
    "TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD", "TERRACE_MASTER_KEY",
    "TERRACE_DEDICATED_MASTER_KEY", "TERRACE_ADMIN_TOKEN", "TERRACE_SUPERUSER_PASSWORD",
  ])
  func aTenantsOwnProcessRefusesEveryOtherSecret(key: String) {
    #expect(
      message(Self.dedicated, [key: Self.masterKey])
        == "\(key) must not be set in mode dedicated")
  }

  @Test(arguments: [
    "TERRACE_TENANT_ID", "TERRACE_TENANT_LOGIN", "TERRACE_TENANT_PASSWORD", "TERRACE_TENANT_KEY",
  ])
  func aTenantsCredentialsBelongInItsOwnProcessAlone(key: String) {
    #expect(message(Self.dedicated, [key: ""])?.hasPrefix(key) == true)
    #expect(
      message(Self.shared, [key: Self.dedicated[key] ?? ""])
        == "\(key) must not be set in mode shared")
  }

  @Test(arguments: [("TERRACE_TENANT_ID", "acme"), ("TERRACE_TENANT_KEY", "1:c2hvcnQ=")])
  func aMalformedCredentialIsNamed(key: String, value: String) {
    #expect(message(Self.dedicated, [key: value])?.hasPrefix(key) == true)
  }

  @Test func theAdminRefusesTheReadersPassword() {
    #expect(
      message(Self.admin, ["TERRACE_READER_PASSWORD": "reader"])
        == "TERRACE_READER_PASSWORD must not be set in mode admin")
  }

  @Test func aShortAdminTokenIsRefused() {
    let text = message(Self.admin, ["TERRACE_ADMIN_TOKEN": "letmein"])
    #expect(text == "TERRACE_ADMIN_TOKEN must have at least 32 characters")
  }

  @Test(arguments: [" ", "\n", "é"])
  func anAdminTokenThatNoHeaderCanHoldIsRefused(character: String) {
    let half = String(repeating: "a", count: 20)
    let text = message(Self.admin, ["TERRACE_ADMIN_TOKEN": half + character + half])
    #expect(text == "TERRACE_ADMIN_TOKEN must be visible ASCII throughout")
  }

  @Test func noGatewayServesForLongerThanItsLeaseCanLast() throws {
    let key = "TERRACE_REGISTRY_MAX_STALENESS"
    #expect(try load(Self.shared, [key: "600s"]).directory.maximumStaleness == .seconds(600))
    #expect(
      message(Self.shared, [key: "601s"])
        == "\(key) must be a time such as 500ms, 30s, 5m or 2h, at most 10m, and is '601s'")
  }

  @Test func theAdminListensOnLoopbackOnly() throws {
    #expect(
      try load(Self.admin, ["TERRACE_ADMIN_LISTEN": "[::1]:0"]).server.adminListener.port == 0)
    for address in ["0.0.0.0:8081", "127.0.0.1.nip.io:8081", "[::]:8081"] {
      let text = message(Self.admin, ["TERRACE_ADMIN_LISTEN": address])
      #expect(text?.hasPrefix("TERRACE_ADMIN_LISTEN must be on loopback") == true, "\(address)")
    }
  }

  @Test func aSecretIsReadFromAFileBehindSymbolicLinks() throws {
    try withFile("from file\n") { path in
      let link = path + ".link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      defer { try? FileManager.default.removeItem(atPath: link) }
      var environment = Self.shared
      environment["TERRACE_READER_PASSWORD"] = nil
      environment["TERRACE_READER_PASSWORD_FILE"] = link
      #expect(try load(environment).reader?.password == "from file")
      #expect(
        message(environment, ["TERRACE_READER_PASSWORD": "x"])?.contains("both set") == true)
    }
  }

  @Test func aSecretFileThatIsMissingIsNamed() {
    let text = message(
      Self.shared, ["TERRACE_READER_PASSWORD": "", "TERRACE_READER_PASSWORD_FILE": "/nowhere"])
    #expect(
      text == "TERRACE_READER_PASSWORD_FILE names /nowhere, which cannot be read")
  }

  @Test func theEnvironmentGoesBeforeTheFile() throws {
    let text = """
      # the house's own
      TERRACE_DATABASE_PORT = 6000
      TERRACE_DATABASE_NAME=finance

      """
    try withFile(text) { path in
      let configuration = try load(
        Self.shared, ["TERRACE_CONFIG_FILE": path, "TERRACE_DATABASE_PORT": "7000"])
      #expect(configuration.reader?.port == 7000)
      #expect(configuration.reader?.database == "finance")
    }
  }

  @Test(arguments: [
    ("TERRACE_DATABASE_PROT=1", "TERRACE_DATABASE_PROT"), ("\nnonsense", "line 2"),
    ("TERRACE_CONFIG_FILE=/x", "TERRACE_CONFIG_FILE"),
  ])
  func aLineOfTheFileThatIsNoSettingIsNamed(text: String, name: String) throws {
    try withFile(text) { path in
      let text = message(Self.shared, ["TERRACE_CONFIG_FILE": path])
      #expect(text?.contains(name) == true)
      #expect(text?.contains(path) == true)
    }
  }

  @Test func whatKubernetesPutsIntoTheEnvironmentIsNoMistake() throws {
    _ = try load(Self.shared, ["TERRACE_PORT": "tcp://10.0.0.1:8080", "TERRACE_SERVICE_HOST": "x"])
  }

  @Test func tenantURLsFollowTheBaseDomain() throws {
    #expect(try load(Self.shared).urls.baseURL(slug: "acme") == "http://acme.localhost:8080")
    let production = try load(Self.shared, ["TERRACE_BASE_DOMAINS": "finance.example"])
    #expect(production.urls.pathURL(slug: "acme") == "https://finance.example/t/acme")
    let given = try load(
      Self.shared,
      [
        "TERRACE_BASE_DOMAINS": "finance.example,f.example",
        "TERRACE_PUBLIC_URL": "https://F.example:8443",
      ])
    #expect(given.urls.baseURL(slug: "acme") == "https://acme.f.example:8443")
  }

  /// A listener with a certificate speaks nothing but TLS.
  @Test func tenantURLsOnThisMachineHaveTheListenersScheme() throws {
    let tls = [
      "TERRACE_PUBLIC_TLS_CERTIFICATE": "/tls.crt", "TERRACE_PUBLIC_TLS_KEY": "/tls.key",
    ]
    let urls = try load(Self.shared, tls).urls
    #expect(urls.baseURL(slug: "acme") == "https://acme.localhost:8080")
    #expect(urls.pathURL(slug: "acme") == "https://localhost:8080/t/acme")
    // Where an operator says how tenants are reached, that is so.
    let given = try load(
      Self.shared, tls.merging(["TERRACE_PUBLIC_URL": "http://localhost"]) { $1 })
    #expect(given.urls.baseURL(slug: "acme") == "http://acme.localhost")
  }

  /// Whoever keeps connections for longer than we do sends requests into those that are just being
  /// closed: nginx and AWS load balancers do for 60 s, Go's and Traefik's clients for 90 s, Caddy
  /// for two minutes.
  @Test func connectionsAreKeptForLongerThanCommonProxiesKeepThem() throws {
    #expect(try load(Self.shared).server.idleTimeout > .seconds(120))
    #expect(ListenerConfiguration(name: "x", host: "x", port: 0).idleTimeout > .seconds(120))
  }

  @Test func aTenantsOwnProcessKeepsConnectionsForLongerThanItsGateway() throws {
    let keepAlive = ForwardingConfiguration().keepAlive
    let kept = try load(Self.dedicated).server.idleTimeout
    #expect(TimeAmount(kept) > keepAlive)
    #expect(try load(Self.dedicated, ["TERRACE_IDLE_TIMEOUT": "16s"]).tenant != nil)
    #expect(
      message(Self.dedicated, ["TERRACE_IDLE_TIMEOUT": "15s"])
        == "TERRACE_IDLE_TIMEOUT must be above 15s in mode dedicated, since a gateway keeps its "
        + "connections that long, and is '15s'")
    #expect(try load(Self.shared, ["TERRACE_IDLE_TIMEOUT": "5s"]).server.idleTimeout == .seconds(5))
  }

  /// Otherwise the URLs that an admin is told of would lead nowhere.
  @Test(arguments: ["https://finanze.example", "https://acme.finance.example", "https://192.0.2.1"])
  func aPublicURLOfNoBaseDomainIsRefused(url: String) {
    let text = message(
      Self.shared, ["TERRACE_BASE_DOMAINS": "finance.example", "TERRACE_PUBLIC_URL": url])
    #expect(text?.hasPrefix("TERRACE_PUBLIC_URL must be ") == true)
    #expect(text?.contains("TERRACE_BASE_DOMAINS (finance.example)") == true)
  }

  @Test func everyKeyIsDocumented() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs/reference/configuration.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    for key in ConfigurationKey.allCases {
      #expect(text.contains("`\(key.rawValue)`"), "\(key.rawValue)")
    }
  }
}
