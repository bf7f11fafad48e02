import Logging

/// Runs `body` with a new, empty server, and removes it afterwards, whatever happens.
///
/// Made for tests: nothing is flushed to disk, so it starts in a fraction of a second and loses
/// everything in a crash of the machine (a crash of the server it survives).
///
/// - Parameters:
///   - port: what the server's settings may have it listen on besides its socket.
///   - environment: variables that the server has besides this process's.
///   - settings: server settings, such as `["max_connections": "20"]`.
public func withTemporaryPostgres<R>(
  port: Int = 5432, settings: [String: String] = [:], environment: [String: String] = [:],
  _ body: (EmbeddedPostgres) async throws -> R
) async throws -> R {
  let root = try TemporaryRoot.shared.get()
  let folder = try root.makeServerFolder()
  defer { root.remove(folder) }
  // Shared memory in the data directory, so that a killed server leaves none behind.
  let defaults = [
    "fsync": "off", "full_page_writes": "off",
    "autovacuum": "off", "shared_buffers": "16MB", "dynamic_shared_memory_type": "mmap",
  ]
  let server = try await EmbeddedPostgres.start(
    dataDirectory: folder + "/data", socketDirectory: folder, port: port,
    settings: defaults.merging(settings) { $1 }, environment: environment,
    logger: Logger(label: "postgres"))
  do {
    let result = try await body(server)
    await server.stop(.immediate)
    return result
  } catch {
    await server.stop(.immediate)
    throw error
  }
}
