/// Which prepared statements a connection has, and which of them was used longest ago.
struct StatementCache: Sendable {
  /// A statement is never shared between scopes: a changed search_path would make the server plan
  /// it anew, and names would resolve to another's tables meanwhile.
  struct Key: Hashable, Sendable {
    let scope: SessionScope?
    let sql: String

    /// By the text's length: a scope has few statements, and their texts are long.
    func hash(into hasher: inout Hasher) {
      hasher.combine(scope)
      hasher.combine(sql.utf8.count)
    }
  }

  private struct Node {
    let key: Key
    let name: String
    var newer: Int
    var older: Int
  }

  let capacity: Int
  private var indices: [Key: Int] = [:]
  private var nodes: [Node] = []
  private var free: [Int] = []
  private var newest = -1
  private var oldest = -1
  private var lastName = 0
  /// Statements that the server still has and that are to be deallocated.
  private(set) var evicted: [String] = []

  init(capacity: Int) {
    precondition(capacity > 0)
    self.capacity = capacity
  }

  var count: Int { indices.count }

  /// A name that no statement of this connection has had.
  mutating func makeName() -> String {
    lastName += 1
    return "s\(lastName)"
  }

  /// The name of the statement, which becomes the newest; nil if there is none.
  mutating func use(_ key: Key) -> String? {
    guard let index = indices[key] else { return nil }
    if index != newest {
      unlink(index)
      link(index)
    }
    return nodes[index].name
  }

  /// Takes in a statement that the server has prepared. The oldest makes room.
  mutating func insert(_ key: Key, name: String) {
    remove(key)
    if indices.count == capacity { remove(nodes[oldest].key) }
    let node = Node(key: key, name: name, newer: -1, older: -1)
    let index: Int
    if let reused = free.popLast() {
      index = reused
      nodes[index] = node
    } else {
      index = nodes.count
      nodes.append(node)
    }
    indices[key] = index
    link(index)
  }

  /// Forgets a statement, and has it deallocated.
  mutating func remove(_ key: Key) {
    guard let index = indices.removeValue(forKey: key) else { return }
    unlink(index)
    evicted.append(nodes[index].name)
    free.append(index)
  }

  /// The evicted statements, which the caller now deallocates.
  mutating func takeEvicted() -> [String] {
    defer { evicted = [] }
    return evicted
  }

  private mutating func link(_ index: Int) {
    nodes[index].older = newest
    nodes[index].newer = -1
    if newest >= 0 { nodes[newest].newer = index }
    newest = index
    if oldest < 0 { oldest = index }
  }

  private mutating func unlink(_ index: Int) {
    let (newer, older) = (nodes[index].newer, nodes[index].older)
    if newer >= 0 { nodes[newer].older = older } else { newest = older }
    if older >= 0 { nodes[older].newer = newer } else { oldest = newer }
  }
}
