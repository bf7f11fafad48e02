import Crypto
import Foundation
import Tenancy

/// The master keys that this process holds.
///
/// Gateways of the shared deployment hold `shared` only, so that whoever breaks one cannot mint
/// a dedicated tenant's tokens; the admin scope holds both.
public struct MasterKeys: Sendable {
  /// Which of the two master keys a key was derived from.
  public enum Family: String, Sendable {
    case shared, dedicated
  }

  /// The key of shared tenants and of the cells' logins.
  public let shared: MasterKey
  /// The key of dedicated tenants; nil where it has no business.
  public let dedicated: MasterKey?

  public init(shared: MasterKey, dedicated: MasterKey?) {
    self.shared = shared
    self.dedicated = dedicated
  }

  subscript(family: Family) -> MasterKey? {
    switch family {
    case .shared: shared
    case .dedicated: dedicated
    }
  }
}

/// One of the two keys that everything else is derived from, in all the versions that are live.
///
/// Its text form is `<version>:<base64 of 32 bytes>`, several separated by commas or white space.
/// The highest version is the current one: new keys are derived from it, while the others go on
/// opening what was sealed under them.
public struct MasterKey: Sendable {
  /// Why a text is not a master key. It never repeats the text.
  public struct Malformed: Error, Equatable, CustomStringConvertible {
    public let description: String
  }

  static let byteCount = 32

  private let versions: [Int: Secret]
  /// The version that new keys are derived from.
  public let currentVersion: Int

  /// Reads the text form.
  ///
  /// - Throws: ``Malformed``, which says what is wrong with which version.
  public init(parsing text: String) throws(Malformed) {
    (versions, currentVersion) = try Self.versions(parsing: text)
  }

  /// The versions in the text form, and the highest of them.
  static func versions(parsing text: String) throws(Malformed) -> ([Int: Secret], newest: Int) {
    var versions: [Int: Secret] = [:]
    for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      let (version, secret) = try Self.parse(part)
      guard versions.updateValue(secret, forKey: version) == nil else {
        throw Malformed(description: "version \(version) is given twice")
      }
    }
    guard let newest = versions.keys.max() else {
      throw Malformed(description: "must be <version>:<base64 of 32 bytes>")
    }
    return (versions, newest)
  }

  /// A new master key of one version, from the system's generator.
  public static func random() -> MasterKey {
    MasterKey(version: 1, secret: .random(byteCount: byteCount))
  }

  private init(version: Int, secret: Secret) {
    versions = [version: secret]
    currentVersion = version
  }

  /// The text form, to be stored where only this service can read it.
  public var text: String {
    versions.sorted { $0.key < $1.key }
      .map { "\($0.key):\(Data($0.value.bytes).base64EncodedString())" }
      .joined(separator: ",")
  }

  /// 32 bytes for one use, which say nothing of the master key nor of any other use.
  ///
  /// - Returns: nil if this process does not hold that version.
  func derive(_ purpose: KeyPurpose, version: Int) -> Secret? {
    versions[version].map { secret in
      Secret(
        HKDF<SHA256>.deriveKey(
          inputKeyMaterial: secret.symmetricKey, info: purpose.info(version: version),
          outputByteCount: Self.byteCount))
    }
  }

  private static func parse(_ part: Substring) throws(Malformed) -> (Int, Secret) {
    let fields = part.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 2, let version = Int(fields[0]), version > 0 else {
      throw Malformed(description: "must be <version>:<base64 of 32 bytes>")
    }
    guard let bytes = Data(base64Encoded: String(fields[1])), bytes.count == byteCount else {
      throw Malformed(description: "version \(version) is not the base64 of 32 bytes")
    }
    return (version, Secret(bytes))
  }
}

/// What a key derived from a master key is for. No two purposes ever share a key.
enum KeyPurpose: Sendable, Hashable {
  /// Seals a tenant's signing keys for the shared deployment.
  case tenant(TenantID)
  /// Seals a tenant's signing keys for its own deployment, for the credentials of that number.
  case credential(TenantID, Int)
  /// The password of a cell's login.
  case cellLogin(Int)
  /// The password of a dedicated tenant's login, for the credentials of that number.
  case tenantLogin(TenantID, Int)
  /// Shows the rows of a tenant's tables, where they have a row-level security policy.
  case rowSecurity(TenantID)
  /// Tells master keys apart, and is no secret.
  case check

  func info(version: Int) -> Data {
    let name =
      switch self {
      case .tenant(let id): "tenant/\(id)"
      case .cellLogin(let cell): "cell-login/\(cell)"
      case .credential(let id, let number): "credential/\(id)/\(number)"
      case .tenantLogin(let id, let number): "tenant-login/\(id)/\(number)"
      case .rowSecurity(let id): "gate/\(id)"
      case .check: "check"
      }
    return Data("terrace/\(name)/\(version)".utf8)
  }
}
