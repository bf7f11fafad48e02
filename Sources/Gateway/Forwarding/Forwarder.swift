import CoreMetrics
import HTTPSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Passes requests on to tenants' own deployments, and their responses back, both as they come.
struct Forwarder: Sendable {
  private static let attempts = 2

  let pools: UpstreamPools
  let health: UpstreamHealth
  private let metrics: ForwardingMetrics

  init(pools: UpstreamPools, metrics factory: any MetricsFactory) {
    self.pools = pools
    metrics = ForwardingMetrics(factory: factory)
    health = UpstreamHealth(metrics: metrics)
  }

  /// Nil if upstreams speak TLS and there is none to speak.
  init?(
    _ configuration: ForwardingConfiguration, tls: TLSContext?, metrics: any MetricsFactory
  ) {
    guard tls != nil || !configuration.addresses.isTLS else { return nil }
    let connector = UpstreamConnector(
      timeout: configuration.connectTimeout, tls: configuration.addresses.isTLS ? tls : nil)
    self.init(
      pools: UpstreamPools(configuration: configuration, connector: connector), metrics: metrics)
  }

  /// Has `upstream` answer the request.
  ///
  /// - Throws: ``Problem``: one of ``UpstreamFault``, or 501 for an unknown transfer coding.
  func forward(
    _ request: Request, at target: ResolvedTarget, to upstream: Upstream, _ scope: RequestScope
  ) async throws(Problem) -> Response {
    // Its own timeouts bound it, and bodies may stream for as long as they keep coming.
    scope.liftDeadline()
    var random = SystemRandomNumberGenerator()
    let trace = scope.connection.isTrusted ? scope.trace : nil
    let forwarded = try ForwardedRequest(
      request, at: target, scope, parent: TraceParent(continuing: trace, using: &random))
    do {
      try health.admit(upstream)
      let response = try await send(forwarded, request.body, to: upstream, scope)
      health.succeeded(upstream)
      return response
    } catch {
      let fault = error as? UpstreamFault ?? .cancelled
      metrics.count(fault)
      if fault.isUpstreamsDoing { health.failed(upstream) }
      scope.logger.notice(
        "a request could not be forwarded",
        metadata: ["upstream": "\(upstream.serverName)", "fault": "\(fault)"])
      throw Problem(fault)
    }
  }

  private func send(
    _ request: ForwardedRequest, _ body: RequestBody, to upstream: Upstream, _ scope: RequestScope
  ) async throws -> Response {
    let pool = pools.pool(of: scope.connection.channel.eventLoop)
    var attempt = 1
    while true {
      var exchange: UpstreamExchange?
      do {
        let begun = try await pool.begin(request, to: upstream)
        exchange = begun
        let first =
          request.hasBody ? try await exchangeBody(body, begun) : try await begun.next()
        return try response(first, begun)
      } catch let fault as UpstreamFault where fault.allowsRetry && attempt < Self.attempts {
        // A part of the body that was taken from the client cannot be taken again.
        if exchange != nil, request.hasBody { throw fault }
        attempt += 1
      }
    }
  }

  /// Sends the body and waits for the head, whichever is first.
  ///
  /// A head that refuses the request ends the body. Any other waits for its end: HTTP/1.1 clients
  /// do not read before they have written.
  private func exchangeBody(
    _ body: RequestBody, _ exchange: UpstreamExchange
  ) async throws -> UpstreamResponsePart {
    try await withThrowingTaskGroup(of: UpstreamResponsePart?.self) { group in
      group.addTask {
        await Self.upload(body, to: exchange)
        return nil
      }
      group.addTask { try await exchange.next() }
      var first: UpstreamResponsePart?
      while let result = try await group.next() {
        guard let part = result else { continue }
        first = part
        if let status = part.head?.status.code, status >= 400 { group.cancelAll() }
      }
      guard let first else { throw UpstreamFault.cancelled }
      return first
    }
  }

  /// What goes wrong here, the one who waits for the response is told.
  private static func upload(_ body: RequestBody, to exchange: UpstreamExchange) async {
    do {
      for try await bytes in body { try await exchange.send(bytes) }
      try await exchange.sendEnd()
    } catch is UpstreamFault {
    } catch {
      exchange.cancel()
    }
  }

  private func response(
    _ first: UpstreamResponsePart, _ exchange: UpstreamExchange
  ) throws -> Response {
    guard let head = first.head else { throw UpstreamFault.invalidResponse }
    let status = HTTPResponse.Status(
      code: Int(head.status.code), reasonPhrase: head.status.reasonPhrase)
    let fields = ForwardedResponse.fields(head.headers)
    if first.isEnd, first.trailers == nil {
      let body = first.body.map(ResponseBody.init(byteBuffer:)) ?? ResponseBody()
      return Response(status: status, headers: fields, body: body)
    }
    let body = ResponseBody { writer in
      var part = first
      while true {
        if let bytes = part.body { try await writer.write(bytes) }
        if part.isEnd { break }
        part = try await exchange.next()
      }
      try await writer.finish(part.trailers.map(ForwardedResponse.trailers))
    }
    return Response(status: status, headers: fields, body: body)
  }
}
