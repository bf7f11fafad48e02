/// A regular expression whose time to match grows with the text, and not beyond.
///
/// It is run as a nondeterministic automaton whose states go through the text side by side, so that
/// nothing is ever tried twice (Ken Thompson, "Regular Expression Search Algorithm", 1968). What such
/// an automaton cannot do, backreferences and look-around, is refused.
///
/// There are characters, `.`, sets such as `[a-z0-9]` and `[^,]`, `\d \D \w \W \s \S`, `\b`, `^` and
/// `$`, groups, `|`, and `*`, `+`, `?` and `{2,5}`. A pattern is found anywhere in a text.
struct TextPattern: Sendable, Hashable {
  /// Why a text is no pattern: a sentence without a subject.
  struct Malformed: Error, Hashable {
    let message: String
  }

  /// In Unicode scalars.
  static let maximumLength = 200
  /// Steps of the automaton. A text takes at most as many turns as it has characters.
  static let maximumSize = 500
  /// How often `{…}` may repeat something.
  static let maximumCount = 100

  private let steps: [Step]

  /// - Parameter text: case and accents are ignored.
  init(_ text: String) throws(Malformed) {
    guard text.unicodeScalars.count <= Self.maximumLength else {
      throw Malformed(message: "must have at most \(Self.maximumLength) characters")
    }
    var parser = PatternParser(text)
    var compiler = PatternCompiler()
    try compiler.add(try parser.readPattern())
    steps = compiler.steps + [.found]
  }

  /// Whether the pattern is somewhere in the text.
  ///
  /// - Parameter text: without case and accents.
  func isFound(in text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    var current = ThreadList(count: steps.count)
    var next = ThreadList(count: steps.count)
    for position in 0...scalars.count {
      // It may begin anywhere.
      if add(0, to: &current, scalars, position) { return true }
      guard position < scalars.count else { break }
      for index in current.indices {
        guard case .scalar(let set) = steps[index], set.contains(scalars[position]) else {
          continue
        }
        if add(index + 1, to: &next, scalars, position + 1) { return true }
      }
      swap(&current, &next)
      next.removeAll()
    }
    return false
  }

  /// Adds a step, and those that follow it without a character.
  ///
  /// - Returns: whether one of them is the end.
  private func add(
    _ index: Int, to list: inout ThreadList, _ text: [Unicode.Scalar], _ position: Int
  ) -> Bool {
    var pending = [index]
    while let index = pending.popLast() {
      guard list.insert(index) else { continue }
      switch steps[index] {
      case .found: return true
      case .scalar: break
      case .jump(let target): pending.append(target)
      case .fork(let one, let other): pending += [other, one]
      case .require(let place):
        if place.holds(in: text, at: position) { pending.append(index + 1) }
      }
    }
    return false
  }

  enum Step: Sendable, Hashable {
    case scalar(ScalarSet)
    case fork(Int, Int)
    case jump(Int)
    case require(PatternPlace)
    case found
  }

  /// The steps that are waiting for the next character, each once.
  private struct ThreadList {
    private(set) var indices: [Int] = []
    private var isThere: [Bool]

    init(count: Int) {
      isThere = Array(repeating: false, count: count)
    }

    mutating func insert(_ index: Int) -> Bool {
      guard !isThere[index] else { return false }
      isThere[index] = true
      indices.append(index)
      return true
    }

    mutating func removeAll() {
      for index in indices { isThere[index] = false }
      indices.removeAll(keepingCapacity: true)
    }
  }
}

/// A place between two characters.
enum PatternPlace: Sendable, Hashable {
  case start, end, wordBoundary

  func holds(in text: [Unicode.Scalar], at position: Int) -> Bool {
    switch self {
    case .start: return position == 0
    case .end: return position == text.count
    case .wordBoundary:
      let before = position > 0 && ScalarClass.word.contains(text[position - 1])
      let after = position < text.count && ScalarClass.word.contains(text[position])
      return before != after
    }
  }
}

/// Turns what a pattern says into steps.
private struct PatternCompiler {
  private(set) var steps: [TextPattern.Step] = []
  /// Parts that were looked at: a part without steps may be repeated as well.
  private var work = 0

  mutating func add(_ node: PatternNode) throws(TextPattern.Malformed) {
    work += 1
    guard steps.count < TextPattern.maximumSize, work < 10 * TextPattern.maximumSize else {
      throw TextPattern.Malformed(message: "is too large, counting what it repeats")
    }
    switch node {
    case .set(let set): steps.append(.scalar(set))
    case .place(let place): steps.append(.require(place))
    case .sequence(let parts): for part in parts { try add(part) }
    case .either(let one, let other):
      let fork = reserve()
      try add(one)
      let jump = reserve()
      steps[fork] = .fork(fork + 1, steps.count)
      try add(other)
      steps[jump] = .jump(steps.count)
    case .repetition(let part, let least, let most): try add(part, least, most)
    }
  }

  private mutating func add(
    _ part: PatternNode, _ least: Int, _ most: Int?
  ) throws(TextPattern.Malformed) {
    for _ in 0..<least { try add(part) }
    guard let most else {
      let fork = reserve()
      try add(part)
      steps.append(.jump(fork))
      steps[fork] = .fork(fork + 1, steps.count)
      return
    }
    var forks: [Int] = []
    for _ in least..<most {
      forks.append(reserve())
      try add(part)
    }
    for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
  }

  /// Makes room for a step that is known later.
  private mutating func reserve() -> Int {
    steps.append(.found)
    return steps.count - 1
  }
}
