import Foundation

@testable import PostgresClient

/// Values for the settings of a server that are not what our statements would choose.
struct HostileSettings {
  struct Setting: Hashable, CustomStringConvertible {
    let name: String
    let value: String

    var description: String { "\(name) = \(value)" }

    /// The statement that makes it for a database or a role.
    func change(of target: String) -> String {
      let value = value.contains(", ") ? value : PostgresQuery.quoteLiteral(value)
      return "alter \(target) set \(name) = \(value)"
    }
  }

  /// Texts can be told from nothing; a setting of a new version fails the test until it is here.
  private static let texts: [String: [String]] = [
    "DateStyle": ["SQL, DMY", "Postgres, YMD", "German"],
    "TimeZone": ["Asia/Kathmandu", "America/St_Johns"],
    "application_name": ["somebody else"],
    "backtrace_functions": ["errfinish"],
    "client_encoding": ["LATIN1", "SJIS", "SQL_ASCII", "WIN1252"],
    "createrole_self_grant": ["set, inherit"],
    "default_table_access_method": ["heap"],
    "default_tablespace": ["pg_default"],
    "default_text_search_config": ["pg_catalog.german"],
    "dynamic_library_path": ["/nowhere"],
    "extension_control_path": ["/nowhere"],
    "extension_destdir": ["/nowhere"],
    "lc_messages": ["POSIX"],
    "lc_monetary": ["POSIX", "C.UTF-8"],
    "lc_numeric": ["POSIX", "C.UTF-8"],
    "lc_time": ["POSIX", "C.UTF-8"],
    // What it names must be there, or nobody can connect.
    "local_preload_libraries": [],
    "output_plugin_libraries": [],
    "restrict_nonsystem_relation_kind": ["view, foreign-table"],
    "search_path": ["pg_temp, nowhere", "t_b"],
    "session_preload_libraries": [],
    "temp_tablespaces": ["pg_default"],
    "timezone_abbreviations": ["Australia", "India"],
    "wal_consistency_checking": ["heap"],
  ]

  /// Every setting that a session can be given, with values that differ from what it has.
  ///
  /// - Parameter contexts: `user`, and `superuser`.
  static func all(_ contexts: [String], on database: PostgresDatabase) async throws -> [Setting] {
    let rows = try await database.query(
      """
      select name, vartype, setting, coalesce(min_val, ''), coalesce(max_val, ''),
        coalesce(array_to_string(enumvals, ','), '')
      from pg_settings
      where context = any (\(contexts)) and name !~ '^terrace\\.'
        and name not in ('transaction_isolation', 'transaction_read_only', 'transaction_deferrable')
      order by name
      """)
    var settings = [Setting(name: "role", value: "t_b")]
    for row in rows {
      let name: String = try row.decode(0)
      let current: String = try row.decode(2)
      let values = try values(name, row).filter { $0 != current }
      settings += values.map { Setting(name: name, value: $0) }
    }
    return settings
  }

  struct UnknownSetting: Error {
    let name: String
  }

  private static func values(_ name: String, _ row: PostgresRow) throws -> [String] {
    let (least, most): (String, String) = (try row.decode(3), try row.decode(4))
    switch try row.decode(1, as: String.self) {
    case "bool": return ["on", "off"]
    case "enum": return try row.decode(5, as: String.self).split(separator: ",").map(String.init)
    case "integer": return [least, most] + (Int(least).map { [String($0 + 1)] } ?? [])
    case "real": return [least, most]
    default:
      guard let texts = texts[name] else { throw UnknownSetting(name: name) }
      return texts
    }
  }
}

/// Reads and writes whose answers depend on a session's settings, if it lets them.
enum SensitiveStatements {
  private static let reads: [PostgresQuery] = [
    "select timestamptz '2026-02-01 03:04:05.678+00', date '2026-02-01', time '03:04:05'",
    "select interval '1 year 2 days -3 hours', interval '90 minutes'",
    "select 1::float8 / 3, 1e15::float8 / 7, 0.1::float4, 1234567.891::numeric",
    #"select '\x00ff5c'::bytea, 'a\b', 'a''b', E'tab\tend'"#,
    "select array['a', null, 'NULL', 'b \"c\"'], (array[1, null])[2] is null",
    "select null = null, quote_ident('plain'), quote_ident('Odd'), to_char(1234.5, '9G999D9')",
    "select 12::money::text, to_char(date '2026-02-01', 'TMMonth TMDay'), '{\"ä\": 1}'::jsonb",
    "select \(Date(timeIntervalSince1970: 1_770_000_000.25)), \([0, 255, 92] as [UInt8])::bytea",
    "select \(["NULL", "ä,\"\\"])::text[], \("mañana €")::text, \("2026-02-01 00:00:00Z")::timestamptz",
    "select current_user, name from names order by name",
  ]

  private static let name = "mañana € ä\\'\""

  private static let writes: [PostgresQuery] = [
    "insert into item (name) values (\(name))",
    "select encode(convert_to(name, 'UTF8'), 'hex'), name = \(name) from item order by name",
    "delete from item where name = \(name)",
  ]

  /// What they answer in one transaction: the first after another's, which alone could find what that
  /// one left.
  static func runAtOnce(on database: PostgresDatabase) async throws -> [[String?]] {
    try texts(try await database.transaction(reads + writes))
  }

  /// What they answer, and the bytes of what they wrote.
  static func run(on database: PostgresDatabase) async throws -> [[String?]] {
    var results: [PostgresRows] = []
    for read in reads { results.append(try await database.query(read)) }
    results += try await database.transaction(writes)
    results += try await database.withTransaction { try await $0.query(writes) }
    return try texts(results)
  }

  private static func texts(_ results: [PostgresRows]) throws -> [[String?]] {
    try results.flatMap { rows in
      try rows.map { row in try (0..<rows.columnCount).map { try row.decodeIfPresent($0) } }
    }
  }
}
