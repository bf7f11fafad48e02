import Finance
import HTTPSupport
import Hummingbird
import NIOCore
import Tenancy

/// `POST /transaction` and `GET /analytics`.
struct LedgerRoutes: Sendable {
  let environment: FinanceEnvironment

  func add(to router: Router<FinanceContext>) {
    router.post("transaction", use: record)
    router.get("analytics", use: analyze)
  }

  @Sendable private func record(_ request: Request, _ context: FinanceContext) async throws
    -> Response
  {
    let user = try await context.authenticate(request)
    let draft = try EntryDraft(json: try await request.legacyJSON(upTo: context.bodyLimit))
    do {
      try await ledger(of: user, context).record(draft)
    } catch let error as InvalidAmount {
      throw TextError(error)
    } catch is InvalidToken {
      throw TextError.invalidToken
    }
    return .legacyJSON(ByteBuffer(string: "{\"message\":\"success\"}\n"))
  }

  @Sendable private func analyze(_ request: Request, _ context: FinanceContext) async throws
    -> Response
  {
    let user = try await context.authenticate(request)
    guard let period = Period(of: request) else {
      throw TextError(
        .badRequest, "Invalid time period. Supported period: last_month, current_month")
    }
    do {
      return .legacyJSON(ByteBuffer(try await ledger(of: user, context).totals(period)))
    } catch is InvalidToken {
      throw TextError.invalidToken
    }
  }

  private func ledger(of user: TokenClaims, _ context: FinanceContext) -> DefaultLedger {
    DefaultLedger(of: user, tenant: context.tenant, in: context.database, environment)
  }
}

extension Period {
  /// The query parameter `period`; nil if it is missing or no period.
  fileprivate init?(of request: Request) {
    guard request.uri.query != nil, let name = request.uri.queryParameters["period"]
    else { return nil }
    self.init(rawValue: String(name))
  }
}

extension EntryDraft {
  /// `{"type","amount","description"?}`, of which other members are ignored.
  ///
  /// - Throws: 400 with the text of the first thing that is wrong.
  init(json: JSONValue) throws(TextError) {
    guard let type = json["type"], let amount = json["amount"], !type.isFalsy, !amount.isFalsy
    else { throw TextError(.badRequest, "Type and amount are mandatory") }
    guard case .string(let name) = type, let kind = LedgerEntry.Kind(rawValue: name) else {
      throw TextError(.badRequest, "Type can be income or expense")
    }
    guard case .number(let amount) = amount else { throw .noAmount }
    let description: EntryDescription? = try json.present("description").map {
      value throws(TextError) in try value.text(of: "description", EntryDescription.init)
    }
    self.init(kind: kind, amount: amount, description: description)
  }
}

extension TextError {
  /// 400: what should be an amount is none in any currency.
  static let noAmount = TextError(
    .badRequest, "amount is mandatory and can be only of float datatype")

  /// 400 with a text that says what is allowed.
  init(_ invalid: InvalidAmount) {
    switch invalid {
    case .notPositive: self = .noAmount
    case .tooPrecise(let currency):
      let number = currency.exponent == 0 ? "no" : "at most \(currency.exponent)"
      self.init(.badRequest, "amount can have \(number) decimals in \(currency.code)")
    case .tooLarge(let currency):
      var maximum = ByteBuffer()
      maximum.writeDecimal(Int128(Amount.maximum), exponent: currency.exponent)
      self.init(
        .badRequest, "amount can be at most \(String(buffer: maximum)) in \(currency.code)")
    }
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
