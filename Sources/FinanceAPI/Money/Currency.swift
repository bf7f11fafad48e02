/// A currency, and how many decimals its amounts have.
struct Currency: Hashable, Sendable {
  /// The ISO 4217 code, such as `EUR`.
  let code: String
  /// The exponent of the minor unit (ISO 4217): an amount is a whole number of 10^-exponent.
  let exponent: Int

  init(code: String) {
    self.code = code
    exponent = Self.exponents[code] ?? 2
  }

  /// The currencies whose minor unit is not a hundredth (ISO 4217, table A.1).
  private static let exponents: [String: Int] = [
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
  ]
}
