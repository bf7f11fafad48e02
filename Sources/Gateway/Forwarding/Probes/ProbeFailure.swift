import Tenancy

/// Why a gateway would not send a tenant's requests to the tenant's own deployment.
enum ProbeFailure: Error, Equatable, CustomStringConvertible {
  case upstream(UpstreamError)
  /// It took longer than a trial may.
  case timeout
  /// It answers, but not as the tenant's deployment would.
  case status(Int)
  case otherTenant(TenantID)
  case unidentified
  /// Nothing can be forwarded by this process.
  case unconfigured

  var description: String {
    switch self {
    case .upstream(let error): Self.text(error)
    case .timeout: "it gives no answer"
    case .status(421): "it is not this tenant's (421)"
    case .status(let code): "it answers \(code) at \(DeploymentIdentity.path)"
    case .otherTenant(let id): "it is that of the tenant \(id)"
    case .unidentified: "it does not say whose it is at \(DeploymentIdentity.path)"
    case .unconfigured: "TERRACE_UPSTREAM_TLS_CERTIFICATE and TERRACE_UPSTREAM_CA are not set"
    }
  }

  private static func text(_ error: UpstreamError) -> String {
    switch error {
    case .unresolved: "its name is not known (DNS)"
    case .unreachable: "it refuses connections"
    case .connectTimeout: "it takes no connections"
    case .forbiddenAddress: "its name leads to an address where no Service can be"
    case .untrusted: "its certificate is not that of the name, or it refuses the gateway's (TLS)"
    case .unsent, .dropped, .closed:
      "it closes the connection: it may refuse the gateway's certificate (TLS)"
    case .invalidResponse, .refusedUpgrade: "it does not speak HTTP as it should"
    case .headTimeout, .idleTimeout: "it gives no answer"
    case .circuitOpen, .busy, .cancelled: "it could not be asked just now"
    }
  }
}
