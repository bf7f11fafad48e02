import PostgresClient

/// A whole `numeric`, as the sum of a `bigint` column is.
extension Int128: PostgresDecodable {}
