import Crypto
import Foundation
import Tenancy
import TenantRegistry

/// The Kubernetes objects of a dedicated tenant's deployment: what `kubectl kustomize` makes of its
/// overlay, and the Secret of its credentials.
struct TenantManifests {
  let deployment: TenantDeployment
  let password: Secret
  let key: Secret
  let cluster: ManifestCluster

  /// A YAML stream for `kubectl apply -f -`. It holds secrets.
  var stream: String {
    comment
      + ManifestTemplate.tenant.filled([
        "slug": deployment.slug.yamlQuoted,
        "namespace": deployment.namespace.yamlQuoted,
        "name": name.yamlQuoted,
        "image": cluster.image.yamlQuoted,
        "tenant-id": deployment.tenantID.yamlQuoted,
        "login": deployment.login.yamlQuoted,
        "settings": settings,
        "tenant-password": base64(password.bytes),
        "tenant-key": base64(key.bytes),
        "database-ca": base64(cluster.databaseAuthorities),
        "database-peers": cluster.databasePeers.map(\.yaml).joined(separator: "\n"),
        "database-port": String(cluster.databasePort),
      ])
  }

  private var comment: String {
    """
    # \(deployment.displayName.yamlQuoted), dedicated: kubectl apply -f -
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
    hash.update(data: Data(deployment.login.utf8))
    hash.update(data: password.bytes)
    return "terrace-" + hash.finalize().prefix(5).hex
  }

  private func base64(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().yamlQuoted
  }
}

/// YAML with placeholders such as `{{slug}}`, each where a value stands.
private struct ManifestTemplate {
  let text: String

  /// Made by `scripts/manifest-template` of what a dedicated tenant's overlay renders to.
  static let tenant = ManifestTemplate(
    text: String(decoding: PackageResources.tenant_yaml, as: UTF8.self))

  /// The text with a value for each placeholder. What a value holds is not looked at again.
  ///
  /// - Parameter values: YAML; lines after a value's first are indented as the placeholder is.
  /// - Precondition: there is a value for each placeholder.
  func filled(_ values: [String: String]) -> String {
    text.split(separator: "\n").map { Self.filled($0, values) + "\n" }.joined()
  }

  private static func filled(_ line: Substring, _ values: [String: String]) -> String {
    guard let start = line.firstRange(of: "{{"), let end = line.firstRange(of: "}}") else {
      return String(line)
    }
    let name = String(line[start.upperBound..<end.lowerBound])
    guard let value = values[name] else { preconditionFailure("no value for \(name)") }
    let separator = "\n" + line.prefix { $0 == " " }
    return line[..<start.lowerBound]
      + value.split(separator: "\n").joined(separator: separator)
  }
}

extension String {
  /// The text as a double-quoted YAML scalar on one line, in ASCII: nothing in it can end the
  /// scalar, nor a comment that it stands in (YAML 1.2.2, 5.7 and 7.3.1).
  var yamlQuoted: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x22, 0x5C: text += "\\" + String(scalar)
      case 0x20...0x7E: text.unicodeScalars.append(scalar)
      default:
        text += "\\U" + scalar.value.hex
      }
    }
    return text + "\""
  }
}
