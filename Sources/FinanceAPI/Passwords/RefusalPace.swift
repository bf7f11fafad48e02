/// When a wrong password is refused: at a whole multiple of an interval, so that the time of the
/// answer does not tell which kind of hash the password was compared with.
///
/// The interval is twice the shortest comparison seen. Kinds of hash that cost equal work still
/// differ by up to a fifth in time, through memory and caches; they end within the same interval.
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
