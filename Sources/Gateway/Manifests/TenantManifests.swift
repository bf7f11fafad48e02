import Crypto
import Foundation
import Tenancy
import TenantRegistry

/// The Kubernetes objects of a dedicated tenant's deployment: what `kubectl kustomize` makes of its
/// overlay, and the Secret of its credentials.
struct TenantManifests {
  let slug: String
  let displayName: String
  let namespace: String
  let credentials: IssuedCredentials
  let cluster: ManifestCluster

  /// A YAML stream for `kubectl apply -f -`. It holds secrets.
  var stream: String {
    comment
      + ManifestTemplate.tenant.filled([
        "slug": slug.yamlQuoted,
        "namespace": namespace.yamlQuoted,
        "name": name.yamlQuoted,
        "image": cluster.image.yamlQuoted,
        "tenant-id": credentials.tenant.description.yamlQuoted,
        "login": credentials.login.yamlQuoted,
        "settings": settings,
        "tenant-password": base64(credentials.password.bytes),
        "tenant-key": base64(credentials.key.bytes),
        "database-ca": base64(cluster.databaseAuthorities),
        "database-peers": cluster.databasePeers.map(\.yaml).joined(separator: "\n"),
        "database-port": String(cluster.databasePort),
      ])
  }

  private var comment: String {
    """
    # \(displayName.yamlQuoted), dedicated: kubectl apply -f -
    # It holds the tenant's credentials, made for this answer; those before are revoked once pods
    # run with these. Not in here is the Secret terrace-public-tls, the certificate of the pods
    # (tls.crt, tls.key) and the authority of the gateway's (ca.crt): it comes from cert-manager, or
    # from `scripts/secrets tenant`.

    """
  }

  private var settings: String {
    cluster.settings.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.key.rawValue): \($0.value.yamlQuoted)" }.joined(separator: "\n")
  }

  /// The name of the ConfigMap and of the Secret. It ends with a hash of what is new in them, so
  /// that new credentials roll the pods.
  private var name: String {
    var hash = SHA256()
    hash.update(data: Data(credentials.login.utf8))
    hash.update(data: credentials.password.bytes)
    return "terrace-" + hash.finalize().prefix(5).hex
  }

  private func base64(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().yamlQuoted
  }
}
