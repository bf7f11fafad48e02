import AdminAPI
import ArgumentParser
import Foundation

struct OverlayCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compare the overlays in the folder with the registry.",
    discussion: """
      Prints a line for each thing in which they disagree, and ends with 1 if there is any: an \
      overlay without a dedicated tenant, another namespace, tenant id, login or host; an overlay that \
      does not render. A dedicated tenant without an overlay, as one that came by the stream \
      (terrace overlay --stdout), is named on standard error, and is no disagreement but with \
      --complete.

      What is compared is what would be applied, patches and all: kubectl renders it, and must be \
      on the PATH. Files that Secrets are to be made of are where the credentials were made, since \
      git ignores them: that they are not here is said, and is no disagreement.
      """)

  @Option(help: "The folder of the manifests.")
  var directory = "kubernetes"

  @Flag(help: "Count a dedicated tenant without an overlay as a disagreement.")
  var complete = false

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let folder = OverlayFolder(path: directory)
    try folder.check()
    let (overlays, faults) = try folder.overlays()
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
    var findings = OverlayComparison.findings(overlays, deployments, faults: faults)
    let missing = OverlayComparison.missing(overlays, deployments, faults: faults)
    if complete { findings += missing } else { missing.forEach(printError) }
    for finding in findings { try printOutput(finding) }
    guard findings.isEmpty else { throw ExitCode.failure }
    try printOutput("\(overlays.count) overlays agree with the registry.")
  }
}
