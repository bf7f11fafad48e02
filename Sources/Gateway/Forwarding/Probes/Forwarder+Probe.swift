import NIOCore
import Tenancy

extension Forwarder {
  /// How long a trial may take.
  private static let probeTimeout = Duration.seconds(5)

  /// Finds out whether the tenant's requests would reach its deployment, over a connection such as
  /// they would be sent on.
  ///
  /// - Parameter request: asks it whose it is.
  /// - Throws: ``ProbeFailure``.
  func probe(
    _ upstream: Upstream, of tenant: TenantID, _ request: ForwardedRequest
  ) async throws(ProbeFailure) {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await ask(upstream, tenant, request) }
        group.addTask {
          try await Task.sleep(for: Self.probeTimeout)
          throw ProbeFailure.timeout
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch let error as UpstreamError {
      throw .upstream(error)
    } catch {
      throw error as? ProbeFailure ?? .upstream(.cancelled)
    }
    health.succeeded(upstream)
  }

  private func ask(
    _ upstream: Upstream, _ tenant: TenantID, _ request: ForwardedRequest
  ) async throws {
    let exchange = try await pools.first.begin(request, to: upstream, isNew: true)
    var part = try await exchange.next()
    while part.head == nil { part = try await exchange.next() }
    guard let status = part.head?.status.code else { throw UpstreamError.invalidResponse }
    guard status == 200 else { throw ProbeFailure.status(Int(status)) }
    var body = part.body ?? ByteBuffer()
    while !part.isEnd, body.readableBytes <= 64 {
      part = try await exchange.next()
      if var bytes = part.body { body.writeBuffer(&bytes) }
    }
    guard let id = TenantID(String(buffer: body)) else { throw ProbeFailure.unidentified }
    guard id == tenant else { throw ProbeFailure.otherTenant(id) }
  }
}
