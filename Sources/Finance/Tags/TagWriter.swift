import PostgresClient

/// Writes the tags of one ledger. New ones come with transactions.
extension LedgerWriter {
  /// Gives a tag another name, in rules and recurrences too; nil keeps the one it has.
  ///
  /// - Throws: ``NotFound``; ``BooksConflict`` if another tag has the name; what `check` throws.
  package func renameTag(
    _ id: Int64, to name: String?, check: (Tag) throws -> Void = { _ in }
  ) async throws -> Tag {
    let old = try await tag(id)
    try check(old)
    guard let name, name != old.name else { return old }
    let key = NameKey.key(of: name)
    let others = try await run(
      "select id from tag where ledger_id = \(ledgerID) and name_key = \(key) and id <> \(id)")[0]
    if let other: Int64 = try others.first?.decode(0) {
      throw BooksConflict(
        "tag-name-taken",
        "Tag \(other) has this name. POST tags/\(id)/merge with into \(other) joins the two.")
    }
    try await run(
      """
      update tag set name = \(name), name_key = \(key), version = \(version), updated_at = now()
      where ledger_id = \(ledgerID) and id = \(id)
      """, retag(id, "tag_ids"))
    try await follow(.tag(old.name, to: name))
    return try await tag(id)
  }

  /// Marks all transactions of a tag with another one, and removes it. Rules and recurrences do so, too.
  ///
  /// - Returns: the other tag.
  /// - Throws: ``NotFound``; ``InvalidInput`` if the other one is no other tag of the ledger.
  package func mergeTag(_ id: Int64, into other: Int64) async throws -> Tag {
    let old = try await tag(id)
    guard id != other else { throw InvalidInput("into", "must be another tag") }
    let rows = try await run("\(query: TagStore.query(in: ledgerID)) and g.id = \(other)")[0]
    guard let row = rows.first else { throw InvalidInput("into", "is no tag of this ledger") }
    try await follow(.tag(old.name, to: try Tag(row).name))
    try await run(
      retag(
        id,
        """
        array(select distinct unnest(array_replace(tag_ids, \(id)::bigint, \(other)::bigint))
          order by 1)
        """))
    try await remove(tag: id)
    return try await tag(other)
  }

  /// Removes a tag, from transactions, rules and recurrences too.
  ///
  /// - Throws: ``NotFound``; what `check` throws.
  package func deleteTag(_ id: Int64, check: (Tag) throws -> Void = { _ in }) async throws {
    let old = try await tag(id)
    try check(old)
    try await follow(.tag(old.name, to: nil))
    try await run(retag(id, "array_remove(tag_ids, \(id)::bigint)"))
    try await remove(tag: id)
  }

  private func tag(_ id: Int64) async throws -> Tag {
    let rows = try await run("\(query: TagStore.query(in: ledgerID)) and g.id = \(id)")[0]
    guard let row = rows.first else { throw NotFound() }
    return try Tag(row)
  }

  /// Stamps the transactions that have the tag as changed, and gives them other tags. They show the
  /// names of their tags.
  private func retag(_ id: Int64, _ tags: PostgresQuery) -> PostgresQuery {
    """
    update transaction set tag_ids = \(query: tags), version = \(version), updated_at = now()
    where ledger_id = \(ledgerID) and tag_ids @> array[\(id)::bigint]
    """
  }

  private func remove(tag id: Int64) async throws {
    try await run(
      "delete from tag where ledger_id = \(ledgerID) and id = \(id)", noteDeletion(of: "tag", id))
  }
}
