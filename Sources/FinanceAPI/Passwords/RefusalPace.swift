/// When a wrong password is refused: at whole multiples of an interval that the hashing of none
/// quite fills, so that the time of the answer does not tell which kind of hash it was compared
/// with. What kinds of equal work differ by (memory that is got once or twice, what a cache holds)
/// is less than a fifth.
struct RefusalPace {
  /// The shortest time that one comparison took.
  private var least: Duration?

  /// How long to hold the answer back.
  ///
  /// - Parameters:
  ///   - elapsed: since the first of the comparisons began.
  ///   - comparisons: how many there were, at least 1: the typed text alone says that.
  mutating func delay(after elapsed: Duration, comparisons: Int) -> Duration {
    let one = elapsed / comparisons
    let least = min(least ?? one, one)
    self.least = least
    let interval = least * 2
    guard interval > .zero else { return .zero }
    return interval * (elapsed / interval).rounded(.up) - elapsed
  }
}
