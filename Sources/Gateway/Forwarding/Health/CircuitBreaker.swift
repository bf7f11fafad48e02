/// Rests an upstream that keeps failing, so that its requests are refused at once instead of
/// waiting for it one by one.
///
/// It is closed at first. So many failures in a row open it for a time, after which one request
/// goes through as a probe: its success closes the circuit, its failure opens it for twice as long.
struct CircuitBreaker: Equatable, Sendable {
  /// Failures in a row that open it.
  static let threshold = 5
  static let firstRest = Duration.seconds(1)
  static let longestRest = Duration.seconds(30)
  /// For how long a failure counts that no request has followed.
  static let memory = Duration.seconds(300)

  enum Admission: Equatable {
    case pass
    /// For how long no other request will pass.
    case refuse(Duration)
  }

  private enum State: Equatable {
    case closed(failures: Int)
    case open(until: Duration, rest: Duration)
    /// One request is under way to see. It counts as lost if nothing is heard of it until then.
    case probing(until: Duration, rest: Duration)
  }

  private var state = State.closed(failures: 0)
  private var lastFailure = Duration.zero

  /// Whether requests are refused, but for probes.
  var isOpen: Bool {
    if case .closed = state { false } else { true }
  }

  /// Whether all this is so long ago that it says nothing any more.
  func isForgotten(now: Duration) -> Bool { now - lastFailure > Self.memory }

  /// - Parameter now: A time on a clock that only goes forward, as in the other methods.
  mutating func admit(now: Duration) -> Admission {
    switch state {
    case .closed: return .pass
    case .open(let until, let rest), .probing(let until, let rest):
      guard now >= until else { return .refuse(until - now) }
      state = .probing(until: now + rest, rest: rest)
      return .pass
    }
  }

  mutating func failed(now: Duration) {
    lastFailure = now
    switch state {
    case .closed(let failures) where failures + 1 < Self.threshold:
      state = .closed(failures: failures + 1)
    case .closed: state = .open(until: now + Self.firstRest, rest: Self.firstRest)
    case .open: break
    case .probing(_, let rest):
      let longer = min(rest * 2, Self.longestRest)
      state = .open(until: now + longer, rest: longer)
    }
  }

  mutating func succeeded() {
    state = .closed(failures: 0)
  }
}
