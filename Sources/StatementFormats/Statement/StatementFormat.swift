/// The kinds of files that banks and other systems export.
package enum StatementFormat: String, Codable, Sendable, CaseIterable {
  case csv
  /// OFX 1 (SGML) and OFX 2 (XML).
  case ofx
  /// OFX with Quicken's additions.
  case qfx
  case qif
  /// CAMT.052 and CAMT.053.
  case camt
  case mt940
  /// Terrace's own export. It is only recognised here.
  case terraceJSON = "json"
}
