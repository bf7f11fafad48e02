import ServiceLifecycle

/// Runs a service once the database has been checked.
struct AfterDatabaseCheck: Service {
  let database: DatabaseGuard
  let service: any Service

  func run() async throws {
    await cancelWhenGracefulShutdown { await waitForCheck() }
    guard database.hasPassed else { return }
    try await service.run()
  }

  private func waitForCheck() async {
    while !database.hasPassed {
      guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { return }
    }
  }
}
