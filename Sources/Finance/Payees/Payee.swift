import Foundation
import Tenancy

/// Whom money comes from or goes to.
package struct Payee: Sendable, Hashable {
  package let id: Int64
  package let name: String
  /// Transactions that have it, without deleted ones.
  package let transactionCount: Int64
  /// Of the latest of them.
  package let lastDate: CivilDate?
  package let lastAccountID: Int64?
  package let lastCategoryID: Int64?
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date
}
