import PostgresClient

/// Finds out which rows of an import the ledger has already.
enum ImportMatching {
  /// The days between a row and a transaction that may be the same.
  private static let reach = 3
  /// The days in which a bank books what was pending.
  private static let bookingDays = 7
  private static let wasImported = "was imported before"
  private static let isOtherHalf = "is the other half of a transfer that is there"

  /// Classifies the rows of an import, whose accounts are settled. To be run in order.
  ///
  /// Rows with the bank's identity are told apart by it and their content; others by their content. Of
  /// equal rows, as many are duplicates as the account has had: three equal purchases on one day are
  /// three, and none of them comes twice.
  ///
  /// The rows of a new import are in no statistics, so that Postgres would plan for one, and compare
  /// all with all. Without nested loops it hashes, which costs what is there. Such a plan seems so
  /// expensive to Postgres that it would be compiled, which takes longer than a small file.
  static func queries(_ id: Int64, in ledgerID: Int64) -> [PostgresQuery] {
    ["set local enable_nestloop = off", "set local jit = off"] + marks(id, in: ledgerID) + [
      "set local enable_nestloop to default", "set local jit to default",
    ]
  }

  static func marks(_ id: Int64, in ledgerID: Int64) -> [PostgresQuery] {
    [
      markKnown(
        id, in: ledgerID, rows: "external_id is not null", had: "external_id is not null",
        by: "external_id"),
      markKnown(id, in: ledgerID, rows: "external_id is null", had: "true", by: "''"),
      markKnown(
        id, in: ledgerID, rows: "external_id is not null", had: "external_id is null", by: "''"),
      markSimilar(id, in: ledgerID), markSimilarInFile(id), markTransactions(id, in: ledgerID),
    ]
  }

  /// Forgets what was found out, but for the transactions that somebody has linked.
  static func reset(_ id: Int64) -> PostgresQuery {
    """
    update import_row set state = 'new', possible = false, reason = null,
      transaction_id = case when decision = 'link' then transaction_id end
    where import_id = \(id)
      and (possible or state = 'duplicate' and reason in (\(wasImported), \(isOtherHalf)))
    """
  }

  private static func markKnown(
    _ id: Int64, in ledgerID: Int64, rows: PostgresQuery, had: PostgresQuery, by key: PostgresQuery
  ) -> PostgresQuery {
    """
    update import_row set state = 'duplicate', reason = \(wasImported),
      transaction_id = case when decision = 'link' then import_row.transaction_id
        else pair.transaction_id end
    from (
      select item.n, identity.transaction_id
      from (
        select n, account_id, content_key, \(query: key) as bank_key,
          row_number() over (partition by account_id, content_key, \(query: key) order by n) as rank
        from import_row
        where import_id = \(id) and state = 'new' and account_id is not null and \(query: rows)
      ) item
      join (
        select account_id, content_key, \(query: key) as bank_key, transaction_id,
          row_number() over (partition by account_id, content_key, \(query: key) order by place) as rank
        from import_identity
        where ledger_id = \(ledgerID) and \(query: had) and (account_id, content_key) in (
          select account_id, content_key from import_row where import_id = \(id))
      ) identity using (account_id, content_key, bank_key, rank)
    ) pair
    where import_row.import_id = \(id) and import_row.n = pair.n
    """
  }

  /// Rows of which the account has had one with the same identity and amount about that day, or with
  /// the same text but for digits, such as a time stamp.
  private static func markSimilar(_ id: Int64, in ledgerID: Int64) -> PostgresQuery {
    """
    update import_row item set possible = true, transaction_id = pair.transaction_id,
      reason = 'differs from a row that was imported before only in digits or in its text'
    from (
      select self.n, had.transaction_id
      from import_row self join import_identity had
        on had.account_id = self.account_id and had.similarity_key = self.similarity_key
          and had.content_key <> self.content_key and (
            had.external_id is null or self.external_id is null
            or had.external_id = self.external_id)
      where self.import_id = \(id) and self.state = 'new' and self.transaction_id is null
        and had.ledger_id = \(ledgerID)
      union all
      select self.n, had.transaction_id
      from import_row self join import_identity had
        on had.account_id = self.account_id and had.external_id = self.external_id
          and had.amount = self.amount and had.content_key <> self.content_key
          and had.date between self.date - \(bookingDays)::int and self.date + \(bookingDays)::int
      where self.import_id = \(id) and self.state = 'new' and self.transaction_id is null
        and had.ledger_id = \(ledgerID)
    ) pair
    where item.import_id = \(id) and item.n = pair.n
    """
  }

  private static func markSimilarInFile(_ id: Int64) -> PostgresQuery {
    """
    update import_row item set possible = true,
      reason = 'differs from another row of the file only in digits'
    from (
      select n, content_key <> first_value(content_key) over (
        partition by account_id, similarity_key order by n) as differs
      from import_row
      where import_id = \(id) and state <> 'invalid' and external_id is null
        and account_id is not null
    ) other
    where other.differs and item.import_id = \(id) and item.n = other.n and item.state = 'new'
      and not item.possible
    """
  }

  /// Rows whose account has a transaction of the same amount about that day, which no import wrote; of a
  /// split, which is one row at the bank, that is the sum. Some parts of a split may go the other way.
  /// One that moves money between the same two accounts on that day is the same transfer.
  ///
  /// Each row looks up a few entries by their index, and what belongs to them by their ids. The
  /// sub-selects keep it so where joins are hashed, which would read whole tables for each row.
  private static func markTransactions(_ id: Int64, in ledgerID: Int64) -> PostgresQuery {
    """
    update import_row item set transaction_id = pair.transaction_id,
      state = case when pair.is_transfer then 'duplicate' else 'new' end,
      possible = not pair.is_transfer,
      reason = case when pair.is_transfer then \(isOtherHalf)
        else 'is like a transaction that is there' end
    from (
      select distinct on (found.transaction_id) self.n, found.transaction_id, found.is_transfer
      from import_row self cross join lateral (
        select e.transaction_id, abs(e.date - self.date) as distance,
          e.date = self.date and coalesce(
            self.transfer_account_id in (e.from_account, e.to_account), false) as is_transfer
        from (
          select * from entry
          where from_account = self.account_id and (self.amount < 0 or part > 0)
          union all
          select * from entry
          where to_account = self.account_id and (self.amount > 0 or part > 0)
        ) e cross join lateral (
          select account_id, amount, is_opening from transaction
          where id = e.transaction_id offset 0
        ) t
        where e.ledger_id = \(ledgerID) and not e.deleted and not t.is_opening
          and (e.amount = abs(self.amount) or e.part > 0)
          and (e.amount = abs(self.amount) and abs(t.amount) = abs(self.amount)
            or e.part > 0 and t.account_id = self.account_id and t.amount = self.amount)
          and e.date between self.date - \(reach)::int and self.date + \(reach)::int
          and 0 = (
            select count(*) from import_identity i
            where i.transaction_id = e.transaction_id and i.account_id = self.account_id)
        order by is_transfer desc, distance, e.transaction_id limit 1
      ) found
      where self.import_id = \(id) and self.state = 'new' and self.transaction_id is null
        and self.account_id is not null
      order by found.transaction_id, found.is_transfer desc, found.distance, self.n
    ) pair
    where item.import_id = \(id) and item.n = pair.n
    """
  }
}
