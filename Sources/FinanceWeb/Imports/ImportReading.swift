import Finance
import StatementFormats
import Tenancy

/// The form that says how a file is read: its questions first, and what else can be set.
struct ImportReading: Sendable {
  struct Question: Sendable {
    let legend: String
    let field: String
    let answers: [Choice]
  }

  struct Column: Sendable {
    let columnField: String
    let columnName: String
    let roleChoices: [Choice]
  }

  let questions: [Question]
  let hasQuestions: Bool
  let asksColumns: Bool
  let hasColumns: Bool
  let columns: [Column]
  let isInverted: Bool
  /// Whether what else can be set is in sight.
  let isUnfolded: Bool
  /// Empty where it is asked for above.
  let orderChoices: [Choice]
  let hasOrder: Bool
  let decimalChoices: [Choice]
  let hasDecimals: Bool

  /// Nil for files that tell all themselves.
  ///
  /// - Parameter typed: what somebody has answered, in place of what the file is read by.
  init?(_ file: Import, _ typed: Form?, _ words: Words) {
    let texts = words.importWords
    let asked = file.plan.questions
    let current: (order: DateOrder, decimal: DecimalSeparator)
    if let csv = file.plan.csv {
      current = (csv.dateOrder, csv.decimalSeparator)
    } else if let qif = file.plan.qif {
      current = (qif.dateOrder, qif.decimalSeparator)
    } else {
      return nil
    }
    let order = typed.flatMap { DateOrder(rawValue: $0.text("date_order")) }
    let decimal = typed.flatMap { DecimalSeparator(rawValue: $0.text("decimal_separator")) }
    var wordCount = 0
    questions = asked.compactMap { question -> Question? in
      switch question.field {
      case "decimal_separator":
        return Question(
          legend: texts.askDecimals.filled(question.example), field: question.field,
          answers: Self.decimals(texts, chosen: decimal))
      case "date_order":
        return Question(
          legend: texts.askDateOrder.filled(question.example), field: question.field,
          answers: Self.orders(texts, chosen: order).filter {
            question.options.contains($0.value)
          })
      case "debit_words":
        let field = "word-\(wordCount)"
        wordCount += 1
        let answer = typed?.text(field)
        return Question(
          legend: texts.askWord.filled(question.example), field: field,
          answers: [
            Choice(value: "out", label: texts.wordOut, isChosen: answer == "out"),
            Choice(value: "in", label: texts.wordIn, isChosen: answer == "in"),
          ])
      default: return nil
      }
    }
    hasQuestions = !asked.isEmpty
    asksColumns = asked.contains { $0.field == "columns" }
    columns = (file.plan.csv?.columns ?? []).enumerated().map { index, column in
      let field = "column-\(index)"
      return Column(
        columnField: field,
        columnName: column.name.isEmpty ? texts.columnNumber.filled(index + 1) : column.name,
        roleChoices: Self.roles(column.role, typed?.text(field), words))
    }
    hasColumns = !columns.isEmpty
    isInverted = typed?.isOn("inverts") ?? file.plan.csv?.invertsAmounts ?? false
    isUnfolded = asksColumns || typed != nil
    hasOrder = !asked.contains { $0.field == "date_order" }
    orderChoices = Self.orders(texts, chosen: order ?? current.order)
    hasDecimals = !asked.contains { $0.field == "decimal_separator" }
    decimalChoices = Self.decimals(texts, chosen: decimal ?? current.decimal)
  }

  private static func decimals(_ words: ImportWords, chosen: DecimalSeparator?) -> [Choice] {
    DecimalSeparator.allCases.map { separator in
      Choice(
        value: separator.rawValue,
        label: separator == .point ? words.decimalPoint : words.decimalComma,
        isChosen: separator == chosen)
    }
  }

  private static func orders(_ words: ImportWords, chosen: DateOrder?) -> [Choice] {
    DateOrder.allCases.map { order in
      let label =
        switch order {
        case .yearMonthDay: words.orderYMD
        case .dayMonthYear: words.orderDMY
        case .monthDayYear: words.orderMDY
        }
      return Choice(value: order.rawValue, label: label, isChosen: order == chosen)
    }
  }

  /// - Parameter typed: the value of the choice that somebody has made.
  private static func roles(
    _ current: CSVRole?, _ typed: String?, _ words: Words
  ) -> [Choice] {
    let texts = words.importWords
    let isForeign = current.map { !ImportAnswers.roles.contains($0) } ?? false
    let chosen = typed ?? (isForeign ? "keep" : current?.rawValue ?? "")
    func choice(_ value: String, _ label: String) -> Choice {
      Choice(value: value, label: label, isChosen: value == chosen)
    }
    return [choice("", texts.roleNone)] + (isForeign ? [choice("keep", texts.roleAsRead)] : [])
      + ImportAnswers.roles.map { choice($0.rawValue, $0.label(words)) }
  }
}

extension CSVRole {
  /// One of those that the page offers.
  fileprivate func label(_ words: Words) -> String {
    switch self {
    case .date: words.date
    case .amount: words.amount
    case .debit: words.importWords.roleDebit
    case .credit: words.importWords.roleCredit
    case .payee: words.payee
    case .memo: words.memo
    case .category: words.category
    case .balance: words.importWords.roleBalance
    case .currency: words.accountWords.currency
    case .externalID: words.importWords.roleBankID
    case .tags: words.importWords.roleTags
    default: rawValue
    }
  }
}
