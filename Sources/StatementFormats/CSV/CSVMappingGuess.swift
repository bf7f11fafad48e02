/// Guesses a mapping from a header and the columns' profiles.
struct CSVMappingGuess {
  let names: [String]
  let profiles: [CSVColumnProfile]
  let separator: CSVSeparator
  let headerLine: Int?
  let firstLine: Int

  var mapping: CSVMapping {
    let exporter = CSVExporter(header: names)
    let roles = exporter.map { exporter in names.map(exporter.role) } ?? guessedRoles
    let decimal = decimalSeparator(roles, of: exporter)
    let date = dateOrder(roles, decimal: decimal.value, of: exporter)
    let indicator = indicator(roles)
    return CSVMapping(
      separator: separator, headerLine: headerLine, firstLine: firstLine,
      columns: zip(names, roles).map { CSVMapping.Column(name: $0, role: $1) },
      dateOrder: date.value, decimalSeparator: decimal.value, debitWords: indicator.debit,
      creditWords: indicator.credit, debitsAreSigned: debitsAreSigned(roles),
      invertsAmounts: false, exporter: exporter, accounts: accounts(roles),
      questions: missingColumns(roles) + indicator.questions
        + [date.question, decimal.question].compactMap(\.self))
  }

  // MARK: - Roles

  private var guessedRoles: [CSVRole?] {
    var roles = namedRoles
    func free(_ fits: (CSVColumnProfile) -> Bool) -> Int? {
      profiles.indices.first { roles[$0] == nil && fits(profiles[$0]) }
    }
    if !roles.contains(.date), let column = free(\.isDate) { roles[column] = .date }
    let hasAmount = roles.contains(.amount) || roles.contains(.debit) || roles.contains(.credit)
    if !hasAmount {
      let amount =
        free { $0.isAmount && $0.numbers.negatives > 0 }
        ?? free { $0.isAmount && $0.numbers.withMarks > 0 } ?? free(\.isAmount)
      if let amount { roles[amount] = .amount }
    }
    giveTextToPayee(&roles)
    return roles
  }

  /// The roles that the header's names tell and the values do not contradict.
  private var namedRoles: [CSVRole?] {
    var best: [CSVRole: (column: Int, rank: Int)] = [:]
    var roles: [CSVRole?] = Array(repeating: nil, count: names.count)
    for (column, name) in names.enumerated() {
      guard let meaning = CSVVocabulary.meaning(of: name),
        let role = confirmed(meaning.role, by: profiles[column])
      else { continue }
      if role.isJoined {
        roles[column] = role
      } else if let other = best[role] {
        // Of two columns that mean the same, an empty one loses; then the name decides.
        let isBetter =
          (profiles[column].filled > 0 ? 1 : 0, -meaning.rank)
          > (profiles[other.column].filled > 0 ? 1 : 0, -other.rank)
        if isBetter { best[role] = (column, meaning.rank) }
      } else {
        best[role] = (column, meaning.rank)
      }
    }
    for (role, choice) in best { roles[choice.column] = role }
    // Two columns for money out and in say more than a column with both.
    if roles.contains(.debit) != roles.contains(.credit), roles.contains(.amount) {
      roles = roles.map { $0 == .debit || $0 == .credit ? nil : $0 }
    }
    return roles
  }

  /// The role that the values allow for a name: `Debit` may head amounts or the words D and C,
  /// `Valuta` dates or currencies.
  private func confirmed(_ role: CSVRole, by profile: CSVColumnProfile) -> CSVRole? {
    guard profile.filled > 0 else { return role == .indicator ? nil : role }
    switch role {
    case .date:
      if profile.dates.hasDates { return .date }
      return profile.words.allSatisfy { $0.utf8.count == 3 } && !profile.words.isEmpty
        ? .currency : nil
    case .amount, .balance:
      return profile.numbers.hasNumbers ? role : nil
    case .debit, .credit:
      if profile.numbers.hasNumbers { return role }
      return profile.isIndicator ? .indicator : nil
    case .indicator:
      return profile.isIndicator ? role : nil
    case .memo:
      // `Details` may head DEBIT and CREDIT.
      return profile.isIndicator ? nil : role
    default:
      return role
    }
  }

  /// A text is the payee where no column is named so; without names, the longest text is.
  private func giveTextToPayee(_ roles: inout [CSVRole?]) {
    guard !roles.contains(.payee), !roles.contains(.payer) else { return }
    let memos = roles.indices.filter { roles[$0] == .memo }
    if let best = memos.min(by: { rank($0) < rank($1) }) {
      roles[best] = .payee
      return
    }
    let texts = profiles.indices.filter {
      roles[$0] == nil && profiles[$0].filled > 0 && !profiles[$0].isDate
        && !profiles[$0].numbers.isNumeric
    }
    if let longest = texts.max(by: { profiles[$0].meanLength < profiles[$1].meanLength }) {
      roles[longest] = .payee
    }
  }

  private func rank(_ column: Int) -> Int {
    CSVVocabulary.meaning(of: names[column])?.rank ?? .max
  }

  private func missingColumns(_ roles: [CSVRole?]) -> [MappingQuestion] {
    var questions: [MappingQuestion] = []
    if !roles.contains(.date) { questions.append(.column(of: .date)) }
    if !roles.contains(.amount), !roles.contains(.debit), !roles.contains(.credit) {
      questions.append(.column(of: .amount))
    }
    return questions
  }

  // MARK: - Values

  private func profiles(of roles: Set<CSVRole>, in all: [CSVRole?]) -> [CSVColumnProfile] {
    zip(all, profiles).compactMap { role, profile in
      role.map(roles.contains) == true ? profile : nil
    }
  }

  private func decimalSeparator(
    _ roles: [CSVRole?], of exporter: CSVExporter?
  ) -> (value: DecimalSeparator, question: MappingQuestion?) {
    var evidence = NumberEvidence()
    let money: Set<CSVRole> = [.amount, .debit, .credit, .balance, .splitTotal, .transferAmount]
    for profile in profiles(of: money, in: roles) { evidence.add(profile.numbers) }
    // Semicolons are there where commas are in numbers.
    let likely: DecimalSeparator = separator == .semicolon ? .comma : .point
    let value = evidence.separator ?? likely
    guard evidence.isOpen, let example = evidence.ambiguous else { return (value, nil) }
    if let known = exporter?.decimalSeparator { return (known, nil) }
    return (value, .decimalSeparator(example: example, default: value))
  }

  private func dateOrder(
    _ roles: [CSVRole?], decimal: DecimalSeparator, of exporter: CSVExporter?
  ) -> (value: DateOrder, question: MappingQuestion?) {
    let evidence = profiles(of: [.date], in: roles).first?.dates ?? DateEvidence()
    let decided = evidence.decided(prefersMonthFirst: decimal == .point && separator == .comma)
    if let known = exporter?.dateOrder, decided.question?.options.contains(known.rawValue) == true {
      return (known, nil)
    }
    return decided
  }

  private func indicator(
    _ roles: [CSVRole?]
  ) -> (debit: [String], credit: [String], questions: [MappingQuestion]) {
    let words = profiles(of: [.indicator], in: roles).first?.words ?? []
    func known(_ list: Set<String>) -> [String] {
      words.filter { list.contains(CSVVocabulary.indicatorWord($0)) }
    }
    let debit = known(CSVVocabulary.debitWords)
    let credit = known(CSVVocabulary.creditWords)
    let unknown = words.filter { !debit.contains($0) && !credit.contains($0) }
    return (debit, credit, unknown.map(MappingQuestion.indicator))
  }

  private func debitsAreSigned(_ roles: [CSVRole?]) -> Bool {
    guard let debits = profiles(of: [.debit], in: roles).first?.numbers else { return false }
    return debits.negatives * 2 > debits.numbers
  }

  private func accounts(_ roles: [CSVRole?]) -> [String] {
    let columns = profiles(of: [.account], in: roles)
    return columns.first?.words ?? []
  }
}
