import CLibPQ
import Foundation

/// An open libpq connection in non-blocking pipeline mode, and the duty to close it.
struct ConnectionHandle: ~Copyable, @unchecked Sendable {
  // Unchecked since OpaquePointer is not Sendable; the handle is unique and moves between threads.
  let pointer: OpaquePointer

  private init(pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    PQfinish(pointer)
  }

  var socket: Int32 { PQsocket(pointer) }

  /// Connects, which blocks: libpq resolves names while it does.
  ///
  /// - Throws: ``PostgresError`` with code `connectFailed`.
  static func open(_ login: PostgresLogin, configuration: PostgresClientConfiguration)
    throws(PostgresError) -> ConnectionHandle
  {
    let timeout = configuration.statementTimeout.components
    let milliseconds = timeout.seconds * 1000 + timeout.attoseconds / 1_000_000_000_000_000
    let settings = [
      ("host", login.host),
      ("port", String(login.port)),
      ("dbname", login.database),
      ("user", login.user),
      ("password", login.password ?? ""),
      ("sslmode", login.sslMode),
      ("sslrootcert", login.sslRootCertificate ?? ""),
      ("connect_timeout", String(max(1, configuration.connectTimeout.components.seconds))),
      // A server that vanishes without a word is noticed, also by who only listens.
      ("keepalives_idle", "10"),
      ("keepalives_interval", "5"),
      ("keepalives_count", "3"),
      ("tcp_user_timeout", "20000"),
      ("application_name", configuration.applicationName),
      ("client_encoding", "UTF8"),
      (
        "options",
        """
        -c TimeZone=UTC -c DateStyle=ISO -c standard_conforming_strings=on \
        -c statement_timeout=\(milliseconds)
        """
      ),
    ].filter { !$0.1.isEmpty }
    guard let pointer = Self.connect(settings) else {
      throw PostgresError(code: .connectFailed, detail: "out of memory")
    }
    let handle = ConnectionHandle(pointer: pointer)
    // libpq prints notices to standard error otherwise.
    PQsetNoticeProcessor(pointer, { _, _ in }, nil)
    guard PQstatus(pointer) == CONNECTION_OK, PQsetnonblocking(pointer, 1) == 0,
      PQenterPipelineMode(pointer) == 1
    else {
      let message = String(cString: PQerrorMessage(pointer))
      throw PostgresError(code: .connectFailed, detail: "\(login): \(message)")
    }
    return handle
  }

  private static func connect(_ settings: [(String, String)]) -> OpaquePointer? {
    // The keywords and values are copied for the call, and freed after it.
    var keywords: [UnsafePointer<CChar>?] = settings.map { UnsafePointer(strdup($0.0)) }
    var values: [UnsafePointer<CChar>?] = settings.map { UnsafePointer(strdup($0.1)) }
    defer {
      for pointer in keywords + values { free(UnsafeMutablePointer(mutating: pointer)) }
    }
    keywords.append(nil)
    values.append(nil)
    return PQconnectdbParams(keywords, values, 0)
  }
}
