import AdminAPI
import Foundation

/// In what overlays and the registry disagree.
enum OverlayComparison {
  /// A dedicated tenant as the registry has it.
  struct Deployment {
    let slug: String
    let namespace: String
    let baseURL: String
    let details: DeploymentBody
  }

  /// A line each; empty if all agree.
  ///
  /// - Parameter faults: why overlays could not be read, by their slugs.
  static func findings(
    _ overlays: [OverlayFolder.Overlay], _ deployments: [Deployment], faults: [String: String] = [:]
  ) -> [String] {
    let known = Dictionary(deployments.map { ($0.slug, $0) }) { first, _ in first }
    return faults.sorted { $0.key < $1.key }.map {
      "\($0.key): the overlay cannot be compared: \($0.value)"
    }
      + overlays.flatMap { overlay in
        guard let deployment = known[overlay.slug] else {
          return ["\(overlay.slug): the overlay has no dedicated tenant"]
        }
        return findings(overlay, deployment)
      }
  }

  /// The dedicated tenants that have no overlay: a line each.
  static func missing(
    _ overlays: [OverlayFolder.Overlay], _ deployments: [Deployment], faults: [String: String] = [:]
  ) -> [String] {
    let written = Set(overlays.map(\.slug)).union(faults.keys)
    return deployments.filter { !written.contains($0.slug) }.map {
      "\($0.slug): the tenant has no overlay: terrace overlay \($0.slug)"
    }
  }

  private static func findings(
    _ overlay: OverlayFolder.Overlay, _ deployment: Deployment
  ) -> [String] {
    var findings: [String] = []
    for (name, found, wanted) in [
      ("namespace", overlay.namespace, deployment.namespace),
      ("TERRACE_TENANT_ID", overlay.tenantID, deployment.details.tenantID),
    ] where found != wanted {
      findings.append(
        "\(overlay.slug): \(name) is \(found ?? "missing"), and the registry has \(wanted)")
    }
    let host = URLComponents(string: deployment.baseURL)?.host ?? ""
    findings += overlay.hosts.filter { $0 != host }.map {
      "\(overlay.slug): the host is \($0), and the registry has \(host)"
    }
    if !overlay.servedHosts.isEmpty, !overlay.servedHosts.contains(host) {
      findings.append(
        "\(overlay.slug): its pods answer at \(overlay.servedHosts.joined(separator: ", ")), and the "
          + "registry has \(host)")
    }
    if overlay.login.map(deployment.details.logins.contains) != true {
      findings.append(
        "\(overlay.slug): TERRACE_TENANT_LOGIN is \(overlay.login ?? "missing"), whose credentials "
          + "are none of the tenant's: terrace overlay \(overlay.slug)")
    }
    return findings
      + overlay.unread.map {
        "\(overlay.slug): its pods take settings from \($0), which cannot be compared"
      }
  }
}
