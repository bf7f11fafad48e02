/// Names the pool of one login within a client.
struct PoolID: Hashable, Sendable {
  let index: Int
}
