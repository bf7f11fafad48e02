import HTTPServer
import HTTPSupport
import Hummingbird
import Logging
import NIOCore
import TestSupport

@testable import Gateway

/// A listener that forwards all it gets to one upstream.
struct ForwardingGateway: Sendable {
  private struct Handler: RequestHandler {
    let forwarder: Forwarder
    let upstream: Upstream
    let resolver = TenantResolver(baseDomains: ["finance.example"])

    func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
      do throws(Problem) {
        var origin = RequestOrigin(
          authority: request.head.authority, target: request.head.path ?? "")
        origin.isSecure = exchange.connection.isSecure
        guard case .slug(_, let target) = resolver.resolve(origin) else {
          throw .unknownTenant
        }
        return HandledRequest(
          try await forwarder.forward(request, at: target, to: upstream, exchange))
      } catch {
        return HandledRequest(error.response(requestID: exchange.id))
      }
    }
  }

  /// The gateway's port.
  let port: Int

  /// Runs a gateway before the upstream at `port` for as long as `body` lasts.
  static func run(
    before port: Int, as serverName: String = "terrace.tenant-acme.svc",
    at host: String = "127.0.0.1", tls: TLSContext? = nil,
    _ configuration: ForwardingConfiguration = .patient, isTrusted: Bool = false,
    metrics: PrometheusMetrics = PrometheusMetrics(), log: AccessLog? = nil,
    _ body: @Sendable (ForwardingGateway) async throws -> Void
  ) async throws {
    let pools = pools(configuration, tls)
    let upstream = Upstream(serverName: serverName, host: host, port: port)
    // Time stands still: a circuit that has opened stays open.
    let forwarder = Forwarder(pools: pools, metrics: metrics) { .zero }
    let handler = Handler(forwarder: forwarder, upstream: upstream)
    var listener = TestListener.configuration
    listener.isTrusted = { _ in isTrusted }
    try await TestListener.run(handler, log: log, configuration: listener) { running in
      try await body(ForwardingGateway(port: running.port))
    }
    pools.shutDown()
  }

  /// Runs a gateway before an upstream that follows a script.
  static func run(
    before script: @escaping ScriptedUpstream.Script,
    _ configuration: ForwardingConfiguration = .patient, isTrusted: Bool = false,
    metrics: PrometheusMetrics = PrometheusMetrics(), log: AccessLog? = nil,
    _ body: @Sendable (ForwardingGateway, ScriptedUpstream) async throws -> Void
  ) async throws {
    try await ScriptedUpstream.run(script) { upstream in
      try await run(
        before: upstream.port, configuration, isTrusted: isTrusted, metrics: metrics, log: log
      ) { gateway in
        try await body(gateway, upstream)
      }
    }
  }

  /// Runs a gateway before an upstream that follows a script, for one client of HTTP/2.
  static func runHTTP2(
    before script: @escaping ScriptedUpstream.Script,
    _ configuration: ForwardingConfiguration = .patient,
    _ body: @Sendable (inout FrameConnection) async throws -> Void
  ) async throws {
    try await ScriptedUpstream.run(script) { server in
      let pools = pools(configuration, nil)
      let upstream = Upstream(serverName: "a", host: "127.0.0.1", port: server.port)
      let forwarder = Forwarder(pools: pools, metrics: PrometheusMetrics())
      try await HTTP2Listener.run(Handler(forwarder: forwarder, upstream: upstream)) { listener in
        try await listener.connect { try await body(&$0) }
      }
      pools.shutDown()
    }
  }

  private static func pools(
    _ configuration: ForwardingConfiguration, _ tls: TLSContext?
  ) -> UpstreamPools {
    UpstreamPools(
      configuration: configuration,
      connector: UpstreamConnector(timeout: configuration.connectTimeout, tls: tls))
  }

  /// Sends a GET with more fields, on a connection of its own, and returns all that comes back.
  func get(_ path: String = "/", fields: String...) async throws -> String {
    let lines = ["GET \(path) HTTP/1.1", "Host: acme.finance.example"] + fields
    return try await exchange(lines.map { $0 + "\r\n" }.joined() + "Connection: close\r\n\r\n")
  }

  /// Sends bytes on a connection of its own and returns what comes back until `end` does.
  func exchange(_ request: String, until end: String) async throws -> String {
    try await RawConnection.open(port: port) { connection in
      try await connection.send(request)
      return try await connection.read(until: end)
    }
  }

  /// Sends bytes on a connection of its own and returns all that comes back.
  func exchange(_ request: String) async throws -> String {
    try await RawConnection.exchange(port: port, request)
  }
}
