import Finance
import HTTPSupport
import Tenancy

/// What somebody has typed into the form of an account.
struct AccountForm: Sendable {
  var name = ""
  var type = AccountType.checking
  var currency = ""
  var balance = ""
  var date = ""
  var note = ""

  private static let maximumName = 100
  private static let maximumNote = 1000

  init() {}

  init(_ form: Form) {
    name = form.text("name")
    type = AccountType(rawValue: form.text("type")) ?? .checking
    currency = form.text("currency").uppercased()
    balance = form.text("balance")
    date = form.text("date")
    note = form.text("note")
  }

  /// The account as it is.
  init(_ account: Account, _ locale: DisplayLocale) {
    name = account.name
    type = account.type
    currency = account.currency.code
    balance = locale.plainNumber(Int128(account.openingBalance), account.currency)
    date = account.openedOn?.description ?? ""
    note = account.note
  }

  /// What is wrong, by field.
  struct Faults: Error, Sendable {
    var general: String?
    var name: String?
    var currency: String?
    var balance: String?
    var date: String?
    var note: String?
    var closing: String?

    var isEmpty: Bool {
      general == nil && name == nil && currency == nil && balance == nil && date == nil
        && note == nil && closing == nil
    }
  }

  /// - Parameter locale: of whoever typed it.
  /// - Throws: ``Faults``.
  func draft(_ locale: DisplayLocale) throws(Faults) -> AccountDraft {
    let words = locale.texts.words
    var faults = Faults()
    let name = try? FieldType<String>.name(upTo: Self.maximumName).read(.string(self.name))
    let note = try? FieldType<String>.text(upTo: Self.maximumNote).read(.string(self.note))
    if name == nil { faults.name = words.accountWords.accountNameBad }
    if note == nil { faults.note = words.accountWords.accountNoteBad }
    let number = balance.isEmpty ? nil : AmountInput(balance, locale)?.number
    if !balance.isEmpty, number == nil { faults.balance = words.amountBad }
    let day = CivilDate(typed: date)
    if !date.isEmpty, day == nil { faults.date = words.dateBad }
    guard faults.isEmpty, let name, let note else { throw faults }
    return AccountDraft(
      name: name, type: type, currency: currency.isEmpty ? nil : currency, openingBalance: number,
      openedOn: day, note: note)
  }

  /// What makes an account what the form says. Its currency stays.
  ///
  /// - Throws: ``Faults``.
  func patch(_ locale: DisplayLocale) throws(Faults) -> AccountPatch {
    let draft = try self.draft(locale)
    var patch = AccountPatch()
    patch.name = draft.name
    patch.type = draft.type
    patch.openingBalance = draft.openingBalance ?? DecimalNumber(0)
    patch.openedOn = draft.openedOn
    patch.note = draft.note
    return patch
  }
}

extension AccountForm.Faults {
  /// What the books say; nil if it is nothing that the form is about.
  init?(_ error: any Error, _ words: Words) {
    self.init()
    switch error {
    case let error as Self: self = error
    case let error as InvalidInput:
      for fault in error.faults {
        switch fault.path.first {
        case "name": name = words.accountWords.accountNameTaken
        case "currency": currency = words.accountWords.currencyBad
        case "opening_balance": balance = words.amountBad
        case "opened_on": date = words.dateBad
        case "closed_on": closing = words.accountWords.closeBad
        default: general = words.text(Refusal(fault))
        }
      }
    case let error as BooksConflict:
      let refusal = Refusal(error)
      general =
        refusal == .reconciled ? words.accountWords.openingLocked : words.text(refusal)
    default: return nil
    }
  }
}
