/// Which prepared statements a connection has, and which are worth preparing.
///
/// A statement that is prepared saves the server to parse it each time, and to plan it after a few
/// times; it costs the server memory for as long as it exists. So one is prepared when it is asked
/// for a second time within some thousand statements, and all together have a budget. Once that is
/// spent, a statement is prepared only if it has been asked for more often lately than those which
/// were used longest ago and would make room for it.
///
/// It sends nothing. A statement counts as prepared from ``insert(_:_:)`` on, which follows the
/// server's word; what is to be deallocated is kept until ``takeEvicted()``.
struct StatementCache: Sendable {
  /// The name of a statement on one connection.
  struct Name: Hashable, Sendable, CustomStringConvertible {
    let number: Int

    var description: String { "s\(number)" }

    /// Calls `body` with the name as libpq wants it, valid only inside.
    func withCString<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 24) { text in
        var index = 23
        text[index] = 0
        var rest = number
        repeat {
          index -= 1
          text[index] = CChar(UInt8(ascii: "0")) + CChar(rest % 10)
          rest /= 10
        } while rest > 0
        text[index - 1] = CChar(UInt8(ascii: "s"))
        // The buffer is not empty.
        return body(text.baseAddress! + index - 1)
      }
    }
  }

  /// A statement is never shared between scopes: a changed search_path would make the server plan
  /// it anew, and names would resolve to another's tables meanwhile.
  struct Key: Hashable, Sendable {
    let scope: SessionScope?
    let text: StatementText

    /// Bytes of the server's memory that the prepared statement takes with its generic plan, as
    /// estimated: the more text, the more there is of both. Fitted to what `pg_backend_memory_contexts`
    /// tells of `CachedPlanSource`, `CachedPlanQuery` and `CachedPlan` for 73 statements of the
    /// service and of `benchmarks/run mixed`: 8 KiB and 131 bytes for each of the text on PostgreSQL
    /// 15, 10 KiB and 102 on 18.
    var size: Int { (8 << 10) + 128 * text.sql.utf8.count }
  }

  private struct Node {
    let key: Key
    let name: Name
    var uses: RecentCount
    var newer = -1
    var older = -1
  }

  /// Bytes of the server's memory that all may take, as estimated.
  let budget: Int
  /// What they take.
  private(set) var size = 0
  private var indices: [Key: Int] = [:]
  private var nodes: [Node] = []
  private var free: [Int] = []
  private var newest = -1
  private var oldest = -1
  private var lastName = 0
  /// How often statements that are not prepared were asked for, by their keys' hashes.
  private var sightings: [Int: RecentCount] = [:]
  /// Statements that were asked for, and how many of them make a period.
  private var asked = 0
  private static let periodLength = 4096
  /// Statements that the server still has and that are to be deallocated.
  private(set) var evicted: [Name] = []

  init(budget: Int) {
    self.budget = budget
  }

  var count: Int { indices.count }

  /// A name that no statement of this connection has had.
  mutating func makeName() -> Name {
    lastName += 1
    return Name(number: lastName)
  }

  /// The name of the statement, which becomes the newest; nil if it is not prepared.
  mutating func use(_ key: Key) -> Name? {
    passTime()
    guard let index = indices[key] else { return nil }
    nodes[index].uses.add(in: period)
    if index != newest {
      unlink(index)
      link(index)
    }
    return nodes[index].name
  }

  /// Whether a statement that is not prepared should be. It is asked each time that the statement is
  /// sent, and remembers how often that was.
  mutating func isWorthPreparing(_ key: Key) -> Bool {
    let count = see(key)
    return count > 1 && hasRoom(for: key.size, count: count)
  }

  /// Takes in a statement that the server has prepared. The oldest make room.
  mutating func insert(_ key: Key, _ name: Name) {
    remove(key)
    let seen = sightings.removeValue(forKey: key.hashValue)
    size += key.size
    while size > budget, oldest >= 0 { remove(nodes[oldest].key) }
    let node = Node(key: key, name: name, uses: seen ?? RecentCount(in: period))
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

  /// Forgets the statement that has this name, and has it deallocated.
  mutating func remove(_ name: Name) {
    for (index, node) in nodes.enumerated() where node.name == name && indices[node.key] == index {
      remove(node.key)
    }
  }

  /// Forgets a statement, and has it deallocated.
  mutating func remove(_ key: Key) {
    guard let index = indices.removeValue(forKey: key) else { return }
    unlink(index)
    size -= key.size
    sightings[key.hashValue] = nodes[index].uses
    evicted.append(nodes[index].name)
    free.append(index)
  }

  /// The evicted statements, which the caller now deallocates.
  mutating func takeEvicted() -> [Name] {
    guard !evicted.isEmpty else { return [] }
    defer { evicted = [] }
    return evicted
  }

  // MARK: What was asked for lately

  private var period: Int { asked / Self.periodLength }

  private mutating func passTime() {
    asked += 1
    guard asked % Self.periodLength == 0 else { return }
    sightings = sightings.filter { $0.value.amount(in: period) > 0 }
  }

  /// How often the statement was asked for lately, this time included.
  private mutating func see(_ key: Key) -> Int {
    let period = period
    var count = sightings[key.hashValue] ?? RecentCount(in: period, 0)
    count.add(in: period)
    sightings[key.hashValue] = count
    return count.amount(in: period)
  }

  /// Whether so much is left of the budget, or is taken by the oldest statements that were all used
  /// less often lately.
  private func hasRoom(for needed: Int, count: Int) -> Bool {
    var room = budget - size
    var index = oldest
    while room < needed {
      guard index >= 0, nodes[index].uses.amount(in: period) < count else { return false }
      room += nodes[index].key.size
      index = nodes[index].newer
    }
    return true
  }

  /// A count whose past weighs half as much with each period.
  private struct RecentCount: Sendable {
    private var value: Int32
    private var period: Int32

    init(in period: Int, _ value: Int32 = 1) {
      self.value = value
      self.period = Int32(truncatingIfNeeded: period)
    }

    func amount(in period: Int) -> Int {
      Int(value) >> min(Int(Int32(truncatingIfNeeded: period) &- self.period), 31)
    }

    mutating func add(in period: Int) {
      self = RecentCount(in: period, Int32(clamping: amount(in: period) + 1))
    }
  }

  // MARK: The order of use

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
