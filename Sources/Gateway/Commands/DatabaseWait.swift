import ArgumentParser
import PostgresClient

/// How long a command waits for a database that is not there yet.
struct DatabaseWait: ParsableArguments {
  @Option(
    name: .customLong("wait-for-database"),
    help: ArgumentHelp(
      "How long to wait for a server that cannot be reached yet, or starts up. (default: not at all)",
      valueName: "seconds"))
  var seconds = 0

  func validate() throws {
    guard (0...86_400).contains(seconds) else {
      throw ValidationError("--wait-for-database must be a number of seconds from 0 to 86400")
    }
  }

  /// Returns once the login can connect. Says on standard error what it waits for, whenever that
  /// changes.
  ///
  /// - Throws: ``PostgresError`` if the time is up; at once if the server answers and refuses the
  ///   login, which waiting does not mend.
  func tryLogin(_ login: PostgresLogin, _ client: PostgresClient) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var said: String?
    while true {
      // Before the login: a server that comes between the two takes it.
      let isAnswered = seconds > 0 ? await login.isAnswered() : true
      do throws(PostgresError) {
        return try await client.tryLogin(login)
      } catch {
        guard error.code == .connectFailed, !isAnswered, ContinuousClock.now < deadline else {
          throw error
        }
        let reason = CommandFailure(error)?.description
        if let reason, reason != said { printError("waiting: \(reason)") }
        said = reason
      }
      try await Task.sleep(for: .seconds(1))
    }
  }
}
