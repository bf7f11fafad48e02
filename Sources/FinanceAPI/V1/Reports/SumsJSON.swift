import Finance
import HTTPSupport

/// What the two sums of a report are called.
enum SumNames {
  case flow, worth

  fileprivate var plus: String { self == .flow ? "income" : "assets" }
  fileprivate var minus: String { self == .flow ? "expense" : "liabilities" }
}

extension JSONWriter {
  /// Members: the sums in the ledger's currency, and by currency.
  mutating func members(_ sums: ConvertedSums, as names: SumNames = .flow) {
    members(sums.total, in: sums.currency, as: names)
    member("by_currency", array: sums.parts) { json, part in
      json.part(part, into: sums.currency) { $0.members($1, in: $2, as: names) }
    }
  }

  /// Members: one of the sums as `amount`, in the ledger's currency and by currency, and what was not
  /// converted.
  mutating func members(amount side: KeyPath<SumPair, Int128>, of sums: ConvertedSums) {
    member("amount", sums.currency.text(sums.total[keyPath: side]))
    member("by_currency", array: sums.parts) { json, part in
      json.part(part, into: sums.currency) { json, sums, currency in
        json.member("amount", currency.text(sums[keyPath: side]))
      }
    }
  }

  /// An object: what was spent in one currency.
  mutating func spent(_ part: ConvertedSums.Part, into currency: Currency) {
    self.part(part, into: currency) { json, sums, currency in
      json.member("spent", currency.text(sums.minus))
    }
  }

  /// A member: what is in no sum of the ledger's currency, since no rate is known.
  mutating func unconverted(_ sums: ConvertedSums, as names: SumNames = .flow) {
    member("unconverted", array: sums.unconverted) { json, part in
      json.object { json in
        json.member("currency", part.currency.code)
        json.members(part.sums, in: part.currency, as: names)
      }
    }
  }

  /// A member: the rates of each month that was converted.
  mutating func rates(_ rates: some Sequence<MonthRate>) {
    member("rates", array: rates.sorted(by: MonthRate.isEarlier)) { json, rate in
      json.object { json in
        json.member("currency", rate.currency.code)
        json.member("month", rate.month.description)
        json.rate(rate.rate)
      }
    }
  }

  /// A member: the rate that something was converted by; null where nothing was.
  mutating func rate(_ rate: ExchangeRate?) {
    guard let rate else { return member("rate", String?.none) }
    member(
      "rate",
      object: { json in
        json.member("from", rate.from.code)
        json.member("to", rate.to.code)
        json.member("rate", rate.value.text)
        json.member("date", rate.date)
      })
  }

  /// Members: the first and the last day.
  mutating func members(_ period: ReportPeriod) {
    member("start_date", period.first)
    member("end_date", period.last)
  }

  private mutating func members(_ sums: SumPair, in currency: Currency, as names: SumNames) {
    member(names.plus, currency.text(sums.plus))
    member(names.minus, currency.text(sums.minus))
    member("net", currency.text(sums.net))
  }

  private mutating func part(
    _ part: ConvertedSums.Part, into currency: Currency,
    _ write: (inout JSONWriter, SumPair, Currency) -> Void
  ) {
    object { json in
      json.member("currency", part.currency.code)
      write(&json, part.sums, part.currency)
      if let converted = part.converted {
        json.member("converted", object: { write(&$0, converted, currency) })
      } else {
        json.member("converted", String?.none)
      }
      json.rate(part.rate)
    }
  }
}
