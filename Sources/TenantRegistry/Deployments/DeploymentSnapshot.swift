import Tenancy

/// What the registry and the server say of one tenant whose deployment is to change, all read while
/// its row is locked.
struct DeploymentSnapshot: Sendable {
  struct Credential: Sendable, Equatable {
    let number: Int
    let login: String
    let keyVersion: Int
    let isRevoked: Bool
    /// Whether a process that holds it is live and has read the tenant.
    let isReady: Bool
  }

  /// A process of the shared deployment.
  struct Gateway: Sendable, Equatable {
    let name: String
    let probe: Probe
  }

  /// Whether a gateway reaches the tenant's own deployment.
  enum Probe: Sendable, Equatable {
    /// It has not said so, or not lately.
    case pending
    case reached
    case failed(String)
  }

  var tenant = TenantID()
  var slug = ""
  /// Also the name of its role.
  var schema = ""
  var cellLogin = ""
  /// What was asked for.
  var isolation = TenantRecord.Isolation.shared
  var servedBy = TenantRecord.Isolation.shared
  /// How long it has been served by it.
  var servedFor = Duration.zero
  /// The revision in which the tenant last changed.
  var revision: Int64 = 0
  /// The number of the last credentials that were made.
  var credentialCount = 0
  /// Whether the cell's login may switch to the tenant's role.
  var isGrantedToCell = true
  /// `server_version_num`.
  var serverVersion = 0
  var databaseName = ""
  /// Of the row-level security policy that its tables have, if any.
  var policyDigest: [UInt8]?
  var credentials: [Credential] = []
  /// All copies of keys that are not revoked.
  var copies: [SealedSigningKey] = []
  var masterKeys: [MasterKeyCheck] = []
  /// The gateways that have not acknowledged ``revision``.
  var unacknowledged: [String] = []
  /// All gateways that live.
  var gateways: [Gateway] = []
  /// The gateways where requests may be under way that began before ``revision``.
  var draining: [String] = []
  /// Those of them that do not know of ``revision``, and may go on serving by what they know: their
  /// sessions are lost, and their leases last.
  var cutOff: [String] = []

  /// Whether every gateway reaches the tenant's own deployment, and there is one.
  var isReached: Bool { !gateways.isEmpty && gateways.allSatisfy { $0.probe == .reached } }

  var liveCredentials: [Credential] { credentials.filter { !$0.isRevoked } }

  /// The newest credentials that are in use.
  var readyCredential: Int? { liveCredentials.filter(\.isReady).map(\.number).max() }

  /// Who must be able to open the keys when `side` alone serves: the tenant's own processes with
  /// the newest credentials in use, and those that newer ones were made for.
  func holders(of side: TenantRecord.Isolation) -> Set<KeyHolder> {
    guard side == .dedicated else { return [.shared] }
    guard let ready = readyCredential else { return [] }
    return Set(liveCredentials.map(\.number).filter { $0 >= ready }.map(KeyHolder.credential))
  }

  func isOpen(_ side: TenantRecord.Isolation) -> Bool {
    switch side {
    case .shared: isGrantedToCell || copies.contains { $0.holder == .shared }
    case .dedicated: !liveCredentials.isEmpty
    }
  }

  /// The keys that sign, or did.
  var servingKids: Set<String> { Set(copies.filter { $0.state != .next }.map(\.kid)) }

  func holders(of kid: String) -> Set<KeyHolder> {
    Set(copies.filter { $0.kid == kid }.map(\.holder))
  }

  /// The key that is to sign next where just these serve: no one else could ever open it.
  func successor(for holders: Set<KeyHolder>) -> String? {
    copies.first { $0.state == .next && self.holders(of: $0.kid) == holders }?.kid
  }

  /// Whether `side` could serve alone: it has the keys, the next one included, and the role.
  func isPrepared(_ side: TenantRecord.Isolation) -> Bool {
    let needed = holders(of: side)
    return !needed.isEmpty && successor(for: needed) != nil
      && servingKids.allSatisfy { holders(of: $0).isSuperset(of: needed) }
      && (side == .dedicated || isGrantedToCell)
  }
}

/// Where a tenant is served, and with which credentials it may be.
public struct DeploymentSummary: Sendable {
  public let tenant: TenantID
  public let slug: String
  public let isolation: TenantRecord.Isolation
  public let servedBy: TenantRecord.Isolation
  /// The logins of credentials that are not revoked, the oldest first.
  public let logins: [String]

  init(_ snapshot: DeploymentSnapshot) {
    tenant = snapshot.tenant
    slug = snapshot.slug
    isolation = snapshot.isolation
    servedBy = snapshot.servedBy
    logins = snapshot.liveCredentials.map(\.login)
  }
}
