import PostgresClient

/// What the registry keeps of one version of a master key: enough to know it again, and of no use
/// to find it.
struct MasterKeyCheck: Sendable, Hashable {
  let family: MasterKeys.Family
  let version: Int
  let value: [UInt8]
}

/// This process was given another master key than the registry's rows are sealed under.
public struct MasterKeyError: Error, Equatable, CustomStringConvertible {
  let family: MasterKeys.Family
  let version: Int
  let isMissing: Bool

  public var description: String {
    isMissing
      ? "the registry needs version \(version) of the \(family.rawValue) master key, which this "
        + "process was not given"
      : "version \(version) of the \(family.rawValue) master key is not the one that this "
        + "registry was made with"
  }
}

extension MasterKeys {
  /// The checks of the versions that new keys are derived from.
  var currentChecks: [MasterKeyCheck] {
    [Family.shared, .dedicated].compactMap { family in
      guard let key = self[family] else { return nil }
      return check(family, version: key.currentVersion)
    }
  }

  /// - Throws: ``MasterKeyError`` unless this process holds every recorded version of the
  ///   master keys that it has at all.
  func verify(_ recorded: some Sequence<MasterKeyCheck>) throws(MasterKeyError) {
    for known in recorded where self[known.family] != nil {
      let own = check(known.family, version: known.version)
      guard own != known else { continue }
      throw MasterKeyError(
        family: known.family, version: known.version, isMissing: own == nil)
    }
  }

  private func check(_ family: Family, version: Int) -> MasterKeyCheck? {
    self[family]?.derive(.check, version: version).map {
      MasterKeyCheck(family: family, version: version, value: $0.bytes)
    }
  }
}

/// The registry's memory of which master keys it was made with.
enum MasterKeyStore {
  static let read: PostgresQuery = "select family, version, check_value from registry.master_keys"

  static func insert(_ check: MasterKeyCheck) -> PostgresQuery {
    """
    insert into registry.master_keys (family, version, check_value)
    values (\(check.family.rawValue), \(check.version), \(check.value))
    """
  }

  static func decode(_ rows: PostgresRows) throws(PostgresError) -> [MasterKeyCheck] {
    var checks: [MasterKeyCheck] = []
    for row in rows {
      checks.append(
        MasterKeyCheck(
          family: try row.decodeCase(0), version: try row.decode(1), value: try row.decode(2)))
    }
    return checks
  }
}
