import Testing

@testable import Gateway

struct CircuitBreakerTests {
  private static func failed(times: Int, at now: Duration = .zero) -> CircuitBreaker {
    var breaker = CircuitBreaker()
    for _ in 0..<times { breaker.failed(now: now) }
    return breaker
  }

  @Test func aFewFailuresLeaveItClosed() {
    var breaker = Self.failed(times: CircuitBreaker.threshold - 1)
    #expect(breaker.admit(now: .zero) == .pass)
  }

  @Test func aSuccessStartsTheCountAnew() {
    var breaker = Self.failed(times: CircuitBreaker.threshold - 1)
    breaker.succeeded()
    breaker.failed(now: .zero)
    #expect(breaker.admit(now: .zero) == .pass)
  }

  @Test func failuresInARowOpenItForAWhile() {
    var breaker = Self.failed(times: CircuitBreaker.threshold)
    #expect(breaker.admit(now: .milliseconds(400)) == .refuse(.milliseconds(600)))
  }

  @Test func afterTheRestOneRequestProbes() {
    var breaker = Self.failed(times: CircuitBreaker.threshold)
    #expect(breaker.admit(now: .seconds(1)) == .pass)
    #expect(breaker.admit(now: .seconds(1)) == .refuse(.seconds(1)))
  }

  @Test func aProbeThatSucceedsClosesIt() {
    var breaker = Self.failed(times: CircuitBreaker.threshold)
    _ = breaker.admit(now: .seconds(1))
    breaker.succeeded()
    #expect(breaker == CircuitBreaker())
  }

  @Test func aProbeThatFailsOpensItForTwiceAsLong() {
    var breaker = Self.failed(times: CircuitBreaker.threshold)
    _ = breaker.admit(now: .seconds(1))
    breaker.failed(now: .seconds(1))
    #expect(breaker.admit(now: .seconds(2)) == .refuse(.seconds(1)))
    #expect(breaker.admit(now: .seconds(3)) == .pass)
  }

  @Test func aProbeThatIsNeverHeardOfIsFollowedByAnother() {
    var breaker = Self.failed(times: CircuitBreaker.threshold)
    _ = breaker.admit(now: .seconds(1))
    #expect(breaker.admit(now: .seconds(2)) == .pass)
  }

  @Test func theRestHasAnEnd() {
    var breaker = Self.failed(times: CircuitBreaker.threshold)
    var now = Duration.zero
    for _ in 1...20 {
      now += CircuitBreaker.longestRest
      #expect(breaker.admit(now: now) == .pass)
      breaker.failed(now: now)
    }
    #expect(breaker.admit(now: now) == .refuse(CircuitBreaker.longestRest))
  }

  @Test func lateFailuresOfOldRequestsDoNotProlongTheRest() {
    var breaker = Self.failed(times: CircuitBreaker.threshold)
    breaker.failed(now: .milliseconds(900))
    #expect(breaker.admit(now: .seconds(1)) == .pass)
  }

  @Test func whatIsLongAgoIsForgotten() {
    let breaker = Self.failed(times: CircuitBreaker.threshold, at: .seconds(10))
    #expect(!breaker.isForgotten(now: .seconds(10) + CircuitBreaker.memory))
    #expect(breaker.isForgotten(now: .seconds(11) + CircuitBreaker.memory))
  }

  /// Faults in the middle of a body count like those before the head.
  @Test func anUpstreamThatKeepsBreakingOffIsRested() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      for _ in 0..<CircuitBreaker.threshold {
        let answer = try await gateway.get()
        #expect(answer.hasSuffix("half"), "\(answer)")
      }
      let answer = try await gateway.get()
      #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
    }
  }

  @Test func anUpstreamThatKeepsFailingIsRested() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
    }
    try await ForwardingGateway.run(before: script) { gateway, upstream in
      for _ in 0..<CircuitBreaker.threshold {
        let answer = try await gateway.get()
        #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
      }
      let answer = try await gateway.get()
      #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
      #expect(answer.contains("/problems/upstream-unavailable"))
      #expect(answer.contains("Retry-After: 1\r\n"))
      #expect(upstream.connections == CircuitBreaker.threshold)
    }
  }
}
