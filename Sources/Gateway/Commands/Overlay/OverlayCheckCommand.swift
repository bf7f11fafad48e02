import AdminAPI
import ArgumentParser
import Foundation

struct OverlayCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compare the overlays in the folder with the registry.",
    discussion: """
      Prints a line for each disagreement, and exits with 1 if there is any: an overlay without a \
      dedicated tenant; another namespace, tenant id, login or host; an overlay that does not render. \
      It names a dedicated tenant without an overlay, such as one of `terrace overlay --stdout`, on \
      standard error. With --complete that is a disagreement.

      It compares what would be applied, your patches included. kubectl renders it, and must be on \
      the PATH. Git ignores the files of Secrets. If they are not on this machine, the command says \
      so, and that is no disagreement.
      """)

  @Option(help: "The folder of the manifests.")
  var directory = "kubernetes"

  @Flag(help: "Count a dedicated tenant without an overlay as a disagreement.")
  var complete = false

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let folder = OverlayFolder(path: directory)
    try folder.check()
    let (overlays, errors) = try folder.overlays()
    let client = try admin.client()
    let dedicated = try await client.tenants().filter {
      $0.isolation == "dedicated" || $0.servedBy == "dedicated"
    }
    var deployments: [OverlayComparison.Deployment] = []
    for tenant in dedicated {
      let answer = try await client.send(
        .GET, "/admin/tenants/\(tenant.slug.pathSegment)/deployment")
      let details = try answer.decoded(as: DeploymentBody.self)
      deployments.append(
        .init(
          slug: tenant.slug, namespace: tenant.namespace, baseURL: tenant.baseURL,
          details: details))
    }
    for overlay in overlays where !overlay.missingFiles.isEmpty {
      printError(
        "\(overlay.slug): its Secrets cannot be made here: \(folder.secrets(overlay.slug)) has no "
          + overlay.missingFiles.joined(separator: ", "))
    }
    var findings = OverlayComparison.findings(overlays, deployments, errors: errors)
    let missing = OverlayComparison.missing(overlays, deployments, errors: errors)
    if complete { findings += missing } else { missing.forEach(printError) }
    for finding in findings { try printOutput(finding) }
    guard findings.isEmpty else { throw ExitCode.failure }
    try printOutput("\(overlays.count) overlays agree with the registry.")
  }
}

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
  /// - Parameter errors: why overlays could not be read, by their slugs.
  static func findings(
    _ overlays: [OverlayFolder.Overlay], _ deployments: [Deployment], errors: [String: String] = [:]
  ) -> [String] {
    let known = Dictionary(deployments.map { ($0.slug, $0) }) { first, _ in first }
    return errors.sorted { $0.key < $1.key }.map {
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
    _ overlays: [OverlayFolder.Overlay], _ deployments: [Deployment], errors: [String: String] = [:]
  ) -> [String] {
    let written = Set(overlays.map(\.slug)).union(errors.keys)
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
