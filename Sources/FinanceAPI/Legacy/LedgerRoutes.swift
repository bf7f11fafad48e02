import Finance
import HTTPSupport
import Hummingbird
import NIOCore

/// `POST /transaction` and `GET /analytics`.
struct LedgerRoutes: Sendable {
  let environment: FinanceEnvironment

  func add(to router: Router<TenantContext>) {
    router.onUser("transaction", method: .post, use: record)
    router.onUser("analytics", method: .get, use: analyze)
  }

  @Sendable private func record(_ request: Request, _ user: UserContext) async throws -> Response {
    let json = try await request.legacyJSON(upTo: user.tenant.bodyLimit)
    try await LedgerStore(user.database, environment).record(EntryDraft(json: json))
    return .legacyJSON(ByteBuffer(string: "{\"message\":\"success\"}\n"))
  }

  @Sendable private func analyze(_ request: Request, _ user: UserContext) async throws -> Response {
    guard let period = Period.asked(by: request) else {
      throw TextError(
        .badRequest, "Invalid time period. Supported period: last_month, current_month")
    }
    let totals = try await LedgerStore(user.database, environment).totals(period)
    return .legacyJSON(ByteBuffer(totals))
  }
}

extension Period {
  /// The query parameter `period`; nil if it is missing or no period.
  fileprivate static func asked(by request: Request) -> Period? {
    switch request.uri.query {
    case nil: nil
    // The usual query has nothing else in it, and need not be taken apart.
    case "period=current_month": .currentMonth
    case "period=last_month": .lastMonth
    default: request.uri.queryParameters["period"].flatMap { Self(rawValue: String($0)) }
    }
  }
}

extension EntryDraft {
  /// `{"type","amount","description"?}`, of which other members are ignored.
  ///
  /// - Throws: 400 with the text of the first thing that is wrong.
  init(json: JSONValue) throws(TextError) {
    guard let type = json["type"], let amount = json["amount"], !type.isFalsy, !amount.isFalsy
    else { throw TextError(.badRequest, "Type and amount are mandatory") }
    guard case .string(let name) = type, let kind = EntryDraft.Kind(rawValue: name) else {
      throw TextError(.badRequest, "Type can be income or expense")
    }
    guard case .number(let amount) = amount else { throw .noAmount }
    let description: EntryDescription? = try json.present("description").map {
      value throws(TextError) in try value.text(of: "description", EntryDescription.init)
    }
    self.init(kind: kind, amount: amount, description: description)
  }
}

extension JSONValue {
  /// Whether the value is one that Python takes for false, as the app that this API replaces did.
  var isFalsy: Bool {
    switch self {
    case .null: true
    case .bool(let value): !value
    case .number(let number): number.isZero
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    }
  }
}

extension ByteBuffer {
  /// The body of `GET /analytics`: whole currency units as exact JSON numbers, keys sorted.
  init(_ totals: Totals) {
    self = ByteBufferAllocator().buffer(capacity: 128)
    let exponent = totals.currency.exponent
    writeStaticString("{\"net_balance\":")
    writeDecimal(totals.net, exponent: exponent)
    writeStaticString(",\"total_expense\":")
    writeDecimal(totals.expense, exponent: exponent)
    writeStaticString(",\"total_income\":")
    writeDecimal(totals.income, exponent: exponent)
    writeStaticString("}\n")
  }

  /// Writes minorUnits × 10^-exponent without zeros at the end of its fraction.
  mutating func writeDecimal(_ minorUnits: Int128, exponent: Int) {
    if minorUnits < 0 { writeStaticString("-") }
    let unit = (0..<exponent).reduce(1) { unit, _ in unit * 10 }
    let (whole, fraction) = minorUnits.magnitude.quotientAndRemainder(dividingBy: UInt128(unit))
    // Most figures fit a machine word, which prints several times as fast.
    writeString(UInt64(exactly: whole).map { String($0) } ?? String(whole))
    guard fraction != 0 else { return }
    writeStaticString(".")
    var rest = Int(fraction)
    var place = unit
    while rest > 0 {
      place /= 10
      writeInteger(UInt8(ascii: "0") + UInt8(rest / place))
      rest %= place
    }
  }
}
