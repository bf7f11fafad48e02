import ServiceLifecycle

extension Service {
  /// Does `work` at once and again and again, until the task is cancelled or graceful shutdown
  /// begins.
  ///
  /// - Parameter interval: from the end of one time to the beginning of the next.
  func repeatUntilShutdown(
    every interval: Duration, _ work: @escaping @Sendable () async -> Void
  ) async {
    await cancelWhenGracefulShutdown {
      repeat { await work() } while (try? await Task.sleep(for: interval)) != nil
    }
  }
}
