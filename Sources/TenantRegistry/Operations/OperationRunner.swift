import HTTPSupport
import Logging
import PostgresClient
import ServiceLifecycle
import Tenancy

/// Runs the operations of one kind.
public protocol OperationHandler: Sendable {
  var kind: AdminOperation.Kind { get }

  /// Takes the operation as far as it goes just now. It may have been run before, by a process that
  /// died at any moment: every step can be repeated.
  ///
  /// The task is cancelled if the operation is, or if another process has taken it over.
  ///
  /// - Parameter report: shows how far it is.
  /// - Throws: what makes it fail. If Postgres was away, it is run again instead.
  func run(
    _ operation: AdminOperation,
    report: @escaping @Sendable (AdminOperation.Progress) async throws -> Void
  ) async throws -> OperationOutcome
}

/// How far an operation came.
public enum OperationOutcome: Sendable {
  case succeeded
  case failed(String)
  /// To be run again after a while: something else has to happen first.
  case waiting(for: String, Duration)
}

/// Runs stored operations: any number of processes can. Each operation is run by one of them at a
/// time, which says every few seconds that it lives.
public struct OperationRunner: Service {
  /// How often a process looks and speaks, and for how long it is waited for.
  public struct Pace: Sendable {
    /// How long to wait between two looks for something to do.
    public var interval = Duration.seconds(1)
    /// How often a process says that it still runs an operation.
    public var heartbeat = Duration.seconds(2)
    /// After so long without a word, another process goes on.
    public var patience = Duration.seconds(10)

    public init() {}
  }

  private enum Interruption: Error { case cancelled, takenOver }

  private let store: OperationStore
  private let handlers: [AdminOperation.Kind: any OperationHandler]
  private let parallel: Int
  private let pace: Pace
  private let logger: Logger

  /// - Parameters:
  ///   - owner: the registry's database as the owner.
  ///   - parallel: how many operations at a time.
  public init(
    owner: PostgresDatabase, handlers: [any OperationHandler], parallel: Int = 4,
    pace: Pace = Pace(), logger: Logger
  ) {
    store = OperationStore(database: owner)
    self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { first, _ in first }
    self.parallel = parallel
    self.pace = pace
    self.logger = logger
  }

  /// Runs until the task is cancelled or graceful shutdown begins. What is under way then is left to
  /// another process.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        for _ in 0..<parallel { group.addTask { await work() } }
      }
    }
  }

  private func work() async {
    while !Task.isCancelled {
      do {
        if let claim = try await store.claim(Array(handlers.keys), patience: pace.patience) {
          await run(claim)
          continue
        }
      } catch {
        guard !Task.isCancelled else { return }
        logger.warning(
          "cannot look for operations", metadata: ["error": "\(String(reflecting: error))"])
      }
      guard (try? await Task.sleep(for: pace.interval)) != nil else { return }
    }
  }

  private func run(_ claim: OperationStore.Claim) async {
    let metadata: Logger.Metadata = [
      "operation": "\(claim.operation.id)", "kind": "\(claim.operation.kind.rawValue)",
    ]
    do {
      try await settle(claim, try await outcome(of: claim))
    } catch Interruption.takenOver {
      logger.warning("another process has taken an operation over", metadata: metadata)
    } catch {
      // It stays claimed until its heartbeat has been missed.
      guard !Task.isCancelled else { return }
      logger.warning(
        "an operation's outcome cannot be written down",
        metadata: metadata.merging(["error": "\(String(reflecting: error))"]) { $1 })
    }
  }

  private func settle(
    _ claim: OperationStore.Claim, _ outcome: Result<OperationOutcome, any Error>
  ) async throws {
    switch outcome {
    case .success(.succeeded): try await store.finish(claim, .succeeded)
    case .success(.failed(let reason)): try await store.finish(claim, .failed, error: reason)
    case .success(.waiting(let reason, let delay)):
      try await store.suspend(claim, waitingFor: reason, for: delay)
    case .failure(Interruption.cancelled): try await store.finish(claim, .cancelled)
    case .failure(Interruption.takenOver): throw Interruption.takenOver
    case .failure(let error as PostgresError) where error.isOutage:
      try await store.suspend(claim, waitingFor: error.description, for: pace.interval * 5)
    case .failure(let error):
      try Task.checkCancellation()
      logger.error(
        "an operation failed",
        metadata: [
          "operation": "\(claim.operation.id)", "kind": "\(claim.operation.kind.rawValue)",
          "error": "\(String(reflecting: error))",
        ])
      try await store.finish(claim, .failed, error: AdminOperation.text(of: error))
    }
  }

  /// Runs the handler, and beside it says that this process lives.
  private func outcome(
    of claim: OperationStore.Claim
  ) async throws -> Result<OperationOutcome, any Error> {
    guard !claim.isCancelling else { return .failure(Interruption.cancelled) }
    guard let handler = handlers[claim.operation.kind] else {
      preconditionFailure("only operations that have a handler are claimed")
    }
    return await withTaskGroup(of: Result<OperationOutcome, any Error>.self) { group in
      group.addTask {
        do {
          return .success(
            try await handler.run(claim.operation) { try await store.report($0, of: claim) })
        } catch {
          return .failure(error)
        }
      }
      group.addTask { .failure(await interruption(of: claim)) }
      defer { group.cancelAll() }
      return await group.next() ?? .failure(CancellationError())
    }
  }

  /// Waits until the operation is to end before it is done.
  private func interruption(of claim: OperationStore.Claim) async -> any Error {
    var heard = ContinuousClock.now
    while true {
      do {
        try await Task.sleep(for: pace.heartbeat)
        guard let isCancelling = try await store.beat(claim) else {
          return Interruption.takenOver
        }
        if isCancelling { return Interruption.cancelled }
        heard = .now
      } catch {
        // Once it may have been taken over, nothing more is done to it here.
        guard !Task.isCancelled, ContinuousClock.now - heard < pace.patience else {
          return Task.isCancelled ? CancellationError() : Interruption.takenOver
        }
      }
    }
  }
}

extension AdminOperation {
  /// How many characters of an error are kept.
  static let maximumErrorLength = 2000

  /// What an admin is told of an error.
  static func text(of error: any Error) -> String {
    let text =
      (error as? Problem).map { problem in
        [problem.title, problem.detail].compactMap(\.self).joined(separator: ": ")
      } ?? String(reflecting: error)
    return String(text.prefix(maximumErrorLength))
  }
}

extension PostgresError {
  /// Whether the statement may well do the next time: the connection or the server was away.
  fileprivate var isOutage: Bool {
    switch code {
    case .connectFailed, .connectionLost, .queueFull, .queueTimeout: true
    case .server: sqlState.map { $0.hasPrefix("57P0") || $0.hasPrefix("08") } ?? false
    default: false
    }
  }
}
