import Foundation
import Tenancy

/// What kind of account it is, as people say it.
package enum AccountType: String, Sendable, CaseIterable {
  case checking, savings, cash
  case creditCard = "credit_card"
  case loan, investment, asset, liability

  /// What money in it is to the household.
  var kind: AccountKind {
    switch self {
    case .checking, .savings, .cash, .investment, .asset: .asset
    case .creditCard, .loan, .liability: .liability
    }
  }
}

/// What an entry's ends can be.
enum AccountKind: String, Sendable {
  /// What people call accounts.
  case asset, liability
  /// What people call categories.
  case income, expense
  /// Where money is that is in neither.
  case equity

  /// Whether people call it an account.
  var isReal: Bool { self == .asset || self == .liability }
  /// Whether people call it a category.
  var isCategory: Bool { self == .income || self == .expense }
}

/// A place where the household's money is, or what it owes.
package struct Account: Sendable, Hashable {
  package let id: Int64
  package let type: AccountType
  package let name: String
  package let currency: Currency
  package let openingBalance: Int64
  package let openedOn: CivilDate?
  package let closedOn: CivilDate?
  package let note: String
  /// At the end of ``balanceDate``, in minor units; what is owed is negative.
  package let balance: Int128
  /// The same without what is pending.
  package let clearedBalance: Int128
  package let balanceDate: CivilDate
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date
}
