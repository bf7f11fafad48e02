import Tenancy

/// One payment of an entry.
struct CAMTDetail {
  private struct Amount {
    var number: LocalizedNumber?
    var currency: String?
  }

  private static let knownReferences: Set<String> = ["AcctSvcrRef", "TxId", "EndToEndId", "ChqNb"]
  private static let knownParties: Set<String> = ["Dbtr", "Cdtr", "UltmtDbtr", "UltmtCdtr"]

  private var amounts: [String: Amount] = [:]
  private var direction: String?
  private var parties: [String: String] = [:]
  private var references: [String: String] = [:]
  private var unstructured = ""
  private var structured = ""
  private var information = ""

  mutating func set(_ field: String, _ value: [UInt8], currency: String?) {
    let text = String(clean: value, limit: TextLimits.memo)
    switch field {
    case "Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt":
      amounts[field] = Amount(number: try? LocalizedNumber(value[...]), currency: currency)
    case "CdtDbtInd": direction = text
    case "RmtInf/Ustrd": append(text, to: &unstructured)
    case "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf": append(text, to: &structured)
    case "AddtlTxInf": information = text
    case _ where field.hasPrefix("RltdPties/") && field.hasSuffix("/Nm"): setParty(field, text)
    case _ where field.hasPrefix("Refs/"):
      // What the payer did not give is written as a word.
      let name = String(field.dropFirst(5))
      if text != "NOTPROVIDED", Self.knownReferences.contains(name) { references[name] = text }
    default: break
    }
  }

  private func append(_ text: String, to memo: inout String) {
    memo = memo.isEmpty ? text : String(clean: memo + " " + text, limit: TextLimits.memo)
  }

  /// `RltdPties/Dbtr/Nm`, and `RltdPties/Dbtr/Pty/Nm` since version 8.
  private mutating func setParty(_ field: String, _ name: String) {
    let parts = field.split(separator: "/")
    guard parts.count == 3 || (parts.count == 4 && parts[2] == "Pty") else { return }
    guard Self.knownParties.contains(String(parts[1])) else { return }
    parties[String(parts[1])] = String(clean: name, limit: TextLimits.name)
  }

  /// The payment's amount from the account, if it has one in the entry's currency.
  func amount(in currency: String?, isDebit: Bool) -> DecimalNumber? {
    let candidates = ["Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"].compactMap {
      amounts[$0]
    }
    let found = candidates.first { $0.currency == nil || $0.currency == currency }
    let negate = direction.map { $0 == "DBIT" } ?? isDebit
    return found?.number?.value(decimal: .point, negate: negate)
  }

  func counterparty(isCreditor: Bool) -> String? {
    isCreditor
      ? parties["Cdtr"] ?? parties["UltmtCdtr"] : parties["Dbtr"] ?? parties["UltmtDbtr"]
  }

  var memo: String {
    if !unstructured.isEmpty { return unstructured }
    return structured.isEmpty ? information : structured
  }

  var identity: String? {
    references["AcctSvcrRef"] ?? references["TxId"] ?? references["EndToEndId"]
  }

  var checkNumber: String? { references["ChqNb"] }
}
