import Testing

@testable import FinanceAPI

extension V1Client {
  /// Adds a category.
  ///
  /// - Returns: its id.
  func addCategory(
    _ name: String, kind: String = "expense", in parent: String? = nil
  ) async throws -> String {
    let rows = try await server.database(tenant).query(
      """
      insert into account (ledger_id, kind, name, currency, parent_id, version)
      values (\(ledger)::bigint, \(kind), \(name), 'XXX', \(parent)::bigint, 1) returning id
      """)
    return String(try rows[0].decode(0, as: Int64.self))
  }

  /// Records a transaction, with members of the body besides.
  @discardableResult
  func record(
    _ amount: String, in account: String, on date: String, _ members: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let more = members.isEmpty ? "" : ", \(members)"
    return try await make(
      "transactions",
      #"{"account_id":"\#(account)","date":"\#(date)","amount":"\#(amount)"\#(more)}"#,
      sourceLocation: sourceLocation)
  }

  /// Lets another user read the ledger.
  func share(with viewer: V1Client) async throws {
    _ = try await server.database(tenant).query(
      """
      insert into ledger_member (ledger_id, user_id, role)
      select \(ledger)::bigint, id, 'viewer' from app_user
      where default_ledger_id = \(viewer.ledger)::bigint
      """)
  }
}
