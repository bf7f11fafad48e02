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
  /// Empty where it is asked for above.
  let orderChoices: [Choice]
  let hasOrder: Bool
  let decimalChoices: [Choice]
  let hasDecimals: Bool

  /// Nil for files that tell all themselves.
  init?(_ file: Import, _ words: Words) {
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
    var wordCount = 0
    questions = asked.compactMap { question -> Question? in
      switch question.field {
      case "decimal_separator":
        return Question(
          legend: texts.askDecimals.filled(question.example), field: question.field,
          answers: Self.decimals(texts, chosen: nil))
      case "date_order":
        return Question(
          legend: texts.askDateOrder.filled(question.example), field: question.field,
          answers: Self.orders(texts, chosen: nil).filter { question.options.contains($0.value) })
      case "debit_words":
        defer { wordCount += 1 }
        return Question(
          legend: texts.askWord.filled(question.example), field: "word-\(wordCount)",
          answers: [
            Choice(value: "out", label: texts.wordOut, isChosen: false),
            Choice(value: "in", label: texts.wordIn, isChosen: false),
          ])
      default: return nil
      }
    }
    hasQuestions = !asked.isEmpty
    asksColumns = asked.contains { $0.field == "columns" }
    columns = (file.plan.csv?.columns ?? []).enumerated().map { index, column in
      Column(
        columnField: "column-\(index)",
        columnName: column.name.isEmpty ? texts.columnNumber.filled(index + 1) : column.name,
        roleChoices: Self.roles(column.role, words))
    }
    hasColumns = !columns.isEmpty
    isInverted = file.plan.csv?.invertsAmounts ?? false
    hasOrder = !asked.contains { $0.field == "date_order" }
    orderChoices = Self.orders(texts, chosen: current.order)
    hasDecimals = !asked.contains { $0.field == "decimal_separator" }
    decimalChoices = Self.decimals(texts, chosen: current.decimal)
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

  private static func roles(_ current: CSVRole?, _ words: Words) -> [Choice] {
    let texts = words.importWords
    let none = Choice(value: "", label: texts.roleNone, isChosen: current == nil)
    let isForeign = current.map { !ImportAnswers.roles.contains($0) } ?? false
    let kept =
      isForeign ? [Choice(value: "keep", label: texts.roleAsRead, isChosen: true)] : []
    return [none] + kept
      + ImportAnswers.roles.map { role in
        Choice(value: role.rawValue, label: role.label(words), isChosen: role == current)
      }
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
