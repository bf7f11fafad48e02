import Dispatch
import Foundation
import HTTPServer
import HTTPSupport
import NIOPosix
import Tenancy
import Testing

@testable import Finance

struct PasswordHasherTests {
  private static let cheap = ScryptParameters(cost: 16, blockSize: 8, parallelism: 1)
  private let requester = Requester(tenant: TenantID(), peer: "unix")

  @Test func aPasswordIsRightAgainstItsOwnHashOnly() async throws {
    let hasher = PasswordHasher(parameters: Self.cheap, limits: .init(concurrent: 1))
    let hash = try await hasher.hash(Password("secret"), for: requester)
    #expect(try await hasher.verify(Password("secret"), against: hash, for: requester) == .right)
    #expect(try await hasher.verify(Password("other"), against: hash, for: requester) == .wrong)
    #expect(try await hasher.verify(Password("secret"), against: nil, for: requester) == .wrong)
    #expect(try await hasher.verify(Password("secret"), against: "?", for: requester) == .wrong)
  }

  @Test func aHashOfOtherParametersIsOutdated() async throws {
    let hasher = PasswordHasher(parameters: Self.cheap, limits: .init(concurrent: 1))
    let others = ScryptParameters(cost: 32, blockSize: 8, parallelism: 1)
    let old = try ScryptHash(of: Password("secret"), parameters: others).description
    let right = try await hasher.verify(Password("secret"), against: old, for: requester)
    #expect(right == .rightButOutdated)
    let wrong = try await hasher.verify(Password("other"), against: old, for: requester)
    #expect(wrong == .wrong)
  }

  @Test func aPasswordIsComparedAsPreparedAndAsTyped() async throws {
    let hasher = PasswordHasher(parameters: Self.cheap, limits: .init(concurrent: 1))
    // What releases before hashed, which prepared nothing.
    let old = try ScryptHash(of: Password("man\u{303}ana\t"), parameters: Self.cheap).description
    let typed = try Password("man\u{303}ana\t")
    #expect(try await hasher.verify(typed, against: old, for: requester) == .right)
    let hash = try await hasher.hash(Password("ma\u{f1}ana"), for: requester)
    let decomposed = try Password("man\u{303}ana")
    #expect(try await hasher.verify(decomposed, against: hash, for: requester) == .right)
    let asTyped = try #require(decomposed.asTyped)
    let raw = try ScryptHash(of: asTyped, parameters: Self.cheap).description
    let verdict = try await hasher.verify(decomposed, against: raw, for: requester)
    #expect(verdict == .rightButOutdated)
  }

  @Test func aWrongPasswordIsCountedThoughNobodyWaitsForTheAnswer() async throws {
    let hasher = PasswordHasher(parameters: Self.cheap, limits: .init(concurrent: 1))
    for (password, isWrong) in [("secret", false), ("other", true)] {
      let hash = try ScryptHash(of: Password("secret"), parameters: Self.cheap).description
      await confirmation(expectedCount: isWrong ? 1 : 0) { wrong in
        _ = try? await hasher.verify(
          Password(password), against: hash, for: requester, judge: { if !$0 { wrong() } })
      }
    }
  }

  @Test(arguments: ["secret", "other"])
  func whatTheJudgeThrowsIsToldInPlaceOfTheVerdict(password: String) async throws {
    let hasher = PasswordHasher(parameters: Self.cheap, limits: .init(concurrent: 1))
    let hash = try ScryptHash(of: Password("secret"), parameters: Self.cheap).description
    await #expect(throws: TooManyAttempts.self) {
      try await hasher.verify(
        Password(password), against: hash, for: requester,
        judge: { _ in throw TooManyAttempts(retryAfter: 60) })
    }
  }

  /// However cheap the hash is that is stored, and though the password was right if that may not be
  /// told.
  @Test(arguments: [(true, "other"), (true, "secret"), (false, "other")])
  func aRefusalCostsAHash(isStored: Bool, password: String) async throws {
    let parameters = ScryptParameters(cost: 1 << 12, blockSize: 8, parallelism: 3)
    let hasher = PasswordHasher(parameters: parameters, limits: .init(concurrent: 1))
    let cheapest = ScryptParameters(cost: 2, blockSize: 1, parallelism: 1)
    let hash = try ScryptHash(of: Password("secret"), parameters: cheapest).description
    var hashing: [Duration] = []
    var refusing: [Duration] = []
    for _ in 0..<3 {
      let start = ContinuousClock.now
      _ = try ScryptHash(of: Password("x"), parameters: parameters)
      let middle = ContinuousClock.now
      _ = try? await hasher.verify(
        Password(password), against: isStored ? hash : nil, for: requester,
        judge: { _ in throw TooManyAttempts(retryAfter: 60) })
      hashing.append(start.duration(to: middle))
      refusing.append(middle.duration(to: .now))
    }
    let least = try #require(hashing.min())
    #expect(refusing.allSatisfy { $0 > least / 2 }, "\(refusing), and \(least)")
  }

  /// See ``RefusalPace``: what the judge takes counts as well.
  @Test(arguments: [nil, TooManyAttempts(retryAfter: 60)])
  func aRefusalIsHeldBack(error: TooManyAttempts?) async throws {
    let hasher = PasswordHasher(parameters: Self.cheap, limits: .init(concurrent: 1))
    let start = ContinuousClock.now
    _ = try? await hasher.verify(
      Password("other"), against: nil, for: requester,
      judge: { _ in
        Thread.sleep(forTimeInterval: 0.3)
        if let error { throw error }
      })
    #expect(start.duration(to: .now) >= .milliseconds(600))
  }

  @Test func whoeverFindsTheQueueFullIsRefusedAtOnce() async throws {
    try await withBlockedThread { threads, unblock in
      let metrics = PrometheusMetrics()
      let hasher = PasswordHasher(
        parameters: Self.cheap, limits: .init(concurrent: 1, waiting: 1), threads: threads,
        metrics: metrics)
      func expect(running: Int, waiting: Int) {
        let lines = metrics.render().split(separator: "\n")
        #expect(lines.contains("terrace_password_hashes_running \(running)"))
        #expect(lines.contains("terrace_password_hashes_waiting \(waiting)"))
        #expect(lines.contains("terrace_password_hashes_refused_total 1"))
      }
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<3 {
          group.addTask { try await hasher.hash(Password("secret"), for: requester) }
        }
        // The other two can end only once the thread is free.
        await #expect(throws: PasswordHasher.Busy.self) { try await group.next() }
        expect(running: 1, waiting: 1)
        unblock()
        for try await hash in group { #expect(ScryptHash(hash) != nil) }
      }
      expect(running: 0, waiting: 0)
    }
  }

  @Test func whoeverFloodsTheQueueIsRefusedInFavourOfOthers() async throws {
    try await withBlockedThread { threads, unblock in
      let hasher = PasswordHasher(
        parameters: Self.cheap, limits: .init(concurrent: 1, waiting: 2), threads: threads)
      let tenant = TenantID()
      @Sendable func hash(for peer: String) async throws -> String {
        _ = try await hasher.hash(Password("secret"), for: Requester(tenant: tenant, peer: peer))
        return peer
      }
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<4 { group.addTask { try await hash(for: "x") } }
        // One of x's: the queue is full.
        await #expect(throws: PasswordHasher.Busy.self) { try await group.next() }
        group.addTask { try await hash(for: "y") }
        await #expect(throws: PasswordHasher.Busy.self) { try await group.next() }
        unblock()
        var served: [String] = []
        for try await peer in group { served.append(peer) }
        #expect(served.sorted() == ["x", "x", "y"])
      }
    }
  }

  @Test func whoeverIsCancelledWhileWaitingLeavesTheQueue() async throws {
    try await withBlockedThread { threads, unblock in
      let hasher = PasswordHasher(
        parameters: Self.cheap, limits: .init(concurrent: 1, waiting: 1), threads: threads)
      await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<2 {
          group.addTask { try await hasher.hash(Password("secret"), for: requester) }
        }
        group.cancelAll()
        // The one that waits ends though the thread is not free.
        await #expect(throws: CancellationError.self) { try await group.next() }
        unblock()
        await #expect(throws: CancellationError.self) { try await group.next() }
      }
      _ = try await hasher.hash(Password("secret"), for: requester)
    }
  }

  /// Runs `body` with a pool whose one thread does nothing until `unblock` is called.
  private func withBlockedThread(
    _ body: (NIOThreadPool, _ unblock: @Sendable () -> Void) async throws -> Void
  ) async throws {
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    let semaphore = DispatchSemaphore(value: 0)
    threads.submit { _ in semaphore.wait() }
    try await body(threads) { semaphore.signal() }
    try await threads.shutdownGracefully()
  }
}
