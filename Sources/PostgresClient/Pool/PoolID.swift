/// Names the pool of one login within a client.
struct PoolID: Hashable, Sendable {
  let index: Int
}

/// Names one connection within a client.
struct ConnectionID: Hashable, Sendable {
  let index: Int
}
