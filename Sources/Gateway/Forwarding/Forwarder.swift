import CoreMetrics
import HTTPServer
import HTTPSupport
import Hummingbird
import Logging
import NIOHTTP1

/// Passes requests on to tenants' own deployments, and their responses back, both as they come.
struct Forwarder: Sendable {
  let pools: UpstreamPools
  let health: UpstreamHealth
  private let metrics: ForwardingMetrics
  private let traceNumbers = TraceNumbers()

  /// - Parameter clock: A time that only goes forward.
  init(
    pools: UpstreamPools, metrics factory: any MetricsFactory,
    clock: @escaping @Sendable () -> Duration = UpstreamHealth.clock()
  ) {
    self.pools = pools
    metrics = ForwardingMetrics(factory: factory)
    health = UpstreamHealth(metrics: metrics, clock: clock)
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

  /// Sees to it that the metrics tell of no circuit that nobody needs.
  func refreshMetrics() {
    health.refresh()
  }

  /// Has `upstream` answer the request, unless ``MaxForwards`` says that it goes no further.
  ///
  /// - Throws: ``Problem``: one of ``UpstreamError``, 501 for an unknown transfer coding, or what
  ///   was wrong with the client's bytes.
  func forward(
    _ request: Request, at target: ResolvedTarget, to upstream: Upstream, _ client: HTTPExchange
  ) async throws(Problem) -> Response {
    if let answer = try MaxForwards(request)?.answer() { return answer }
    // Its own timeouts bound it, and bodies may stream for as long as they keep coming.
    client.liftDeadline()
    var numbers = traceNumbers
    let trace = client.connection.isTrusted ? client.trace : nil
    let parent = TraceParent(continuing: trace, using: &numbers)
    client.goOn(in: parent.trace)
    let forwarded = try ForwardedRequest(request, at: target, client, parent: parent)
    do {
      try health.admit(upstream)
      let (first, relay) = try await begin(forwarded, request.body, to: upstream, client)
      return try relay.response(first) { error in
        if let error { _ = note(error, upstream, client) } else { health.succeeded(upstream) }
      }
    } catch {
      throw note(error, upstream, client)
    }
  }

  /// Sends the request until a response begins, a second time if nothing can come of that.
  private func begin(
    _ request: ForwardedRequest, _ body: RequestBody, to upstream: Upstream, _ client: HTTPExchange
  ) async throws -> (UpstreamResponsePart, ResponseRelay) {
    let pool = pools.pool(of: client.connection.channel.eventLoop)
    var isRetry = false
    while true {
      var relay: ResponseRelay?
      do {
        let exchange = try await pool.begin(request, to: upstream, isNew: isRetry)
        let begun = ResponseRelay(exchange, of: request, body, client)
        relay = begun
        return (try await begun.begin(), begun)
      } catch let error as UpstreamError where error.allowsRetry(isSafe: request.isSafe) {
        guard !isRetry, relay?.hasBegunUpload != true else { throw error }
        isRetry = true
      }
    }
  }

  /// Takes note of what a request, or its response, came to grief by.
  ///
  /// - Returns: What the client is told, if it has been told nothing yet.
  private func note(
    _ error: any Error, _ upstream: Upstream, _ client: HTTPExchange
  ) -> Problem {
    // The client's own doing.
    if error is RequestRefusal { return Problem(mapping: error) }
    let cause = error as? UpstreamError ?? .cancelled
    metrics.count(cause)
    if cause.isUpstreamsDoing { health.failed(upstream) }
    client.logger.notice(
      "a request was not forwarded, or its response not passed on whole",
      metadata: ["upstream": "\(upstream.serverName)", "error": "\(cause)"])
    return Problem(cause)
  }
}

/// What an operator sees of forwarding. Its labels are of a fixed set, however many tenants there
/// are: the log names the upstream.
struct ForwardingMetrics: Sendable {
  private let factory: any MetricsFactory
  private let openCircuits: Meter

  init(factory: any MetricsFactory) {
    self.factory = factory
    openCircuits = Meter(label: "terrace_upstream_circuits_open", factory: factory)
    openCircuits.set(0)
  }

  /// Counts a request that was not forwarded, or not answered.
  func count(_ error: UpstreamError) {
    Counter(
      label: "terrace_upstream_errors_total", dimensions: [("error", error.name)], factory: factory
    ).increment()
  }

  /// To be called under the lock that guards the circuits, so that the last number is the newest.
  func record(openCircuits count: Int) {
    openCircuits.set(count)
  }
}
