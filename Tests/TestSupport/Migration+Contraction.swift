package import PostgresClient

extension Migration {
  /// Whether a statement takes away, or refuses from then on, what an earlier build may rely on.
  package var isContraction: Bool {
    let taking =
      #/
      \b(drop\s+(table|view|column|function|schema|type|sequence)|rename|truncate
      |set\s+not\s+null|alter\s+column\s+\S+\s+(set\s+data\s+)?type|revoke)\b
      /#.ignoresCase()
    return statements.contains { $0.contains(taking) }
  }
}
