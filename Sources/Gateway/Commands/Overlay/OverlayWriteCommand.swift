import AdminAPI
import ArgumentParser
import Foundation
import Tenancy

struct OverlayWriteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Write a dedicated tenant's overlay, with new credentials.",
    discussion: """
      The credentials go into files under secrets/, which git ignores. If a kustomization.yaml is \
      there already, only the lines that name the tenant change. The old credentials stay good until \
      pods run with the new ones. A shared tenant becomes a dedicated one. The shared deployment \
      serves it until `terrace tenant move` sends its requests to its own.

      The command prints how to apply the overlay: by scripts/deploy, with the platform's image.

      With --stdout it writes no files, and prints all objects as one stream, secrets included:

        terrace overlay acme --stdout | kubectl apply -f -
      """)

  @Argument(help: "The tenant's slug.", transform: { try Slug($0) })
  var slug: Slug

  @Option(help: "The folder of the manifests.")
  var directory = "kubernetes"

  @Flag(help: "Print what to apply, in place of files.")
  var stdout = false

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let path = "/admin/tenants/\(slug)"
    if stdout {
      let stream = try await admin.client().send(.POST, path + "/manifests")
      try printOutput(stream.text, terminator: "")
    } else {
      try await writeFiles(path)
    }
  }

  private func writeFiles(_ path: String) async throws {
    let folder = OverlayFolder(path: directory)
    try folder.check()
    let client = try admin.client()
    let tenant = try await client.send(.GET, path).decoded(as: TenantBody.self)
    // Before credentials are made that could not be written down.
    _ = try kustomizations(of: tenant, tenantID: "", login: "", in: folder)
    let credentials = try await client.send(.POST, path + "/credentials")
      .decoded(as: CredentialsBody.self)
    try write(tenant, credentials, in: folder)
    if tenant.isolation == "shared" {
      printError(
        "\(tenant.slug) is a dedicated tenant from now on; to undo it: "
          + "terrace tenant move \(tenant.slug) --to shared")
    }
    let secrets = folder.secrets(tenant.slug)
    let missing = ["database-ca.crt", "tls.crt", "tls.key", "gateway-ca.crt"].filter {
      !FileManager.default.fileExists(atPath: "\(secrets)/\($0)")
    }
    if !missing.isEmpty {
      printError(
        "\(secrets) still lacks \(missing.joined(separator: ", ")): "
          + "scripts/secrets tenant \(tenant.namespace) \(tenant.slug) makes the certificate")
    }
    // Never by kubectl alone, which would set the image back to the one of the manifests.
    try printOutput(
      """
      image=$(kubectl -n terrace get deployment/terrace \\
        --output 'jsonpath={.spec.template.spec.containers[0].image}')
      scripts/deploy apply \(tenant.slug) "$image"
      """)
  }

  private func write(
    _ tenant: TenantBody, _ credentials: CredentialsBody, in folder: OverlayFolder
  ) throws {
    let secrets = folder.secrets(tenant.slug)
    try folder.write(credentials.password, to: "\(secrets)/tenant-password", isSecret: true)
    try folder.write(credentials.key, to: "\(secrets)/tenant-key", isSecret: true)
    let files = try kustomizations(
      of: tenant, tenantID: credentials.tenantID, login: credentials.login, in: folder)
    for (file, text) in files {
      try folder.write(text, to: file, isSecret: false)
    }
  }

  /// The two files with their texts.
  private func kustomizations(
    of tenant: TenantBody, tenantID: String, login: String, in folder: OverlayFolder
  ) throws -> [(file: String, text: String)] {
    let files = OverlayFiles(
      deployment: TenantDeployment(
        slug: tenant.slug, displayName: tenant.displayName, namespace: tenant.namespace,
        tenantID: tenantID, login: login),
      host: tenant.baseURL)
    let secrets = folder.secrets(tenant.slug) + "/kustomization.yaml"
    let overlay = folder.overlay(tenant.slug) + "/kustomization.yaml"
    return [
      (secrets, try files.secrets(in: secrets)), (overlay, try files.overlay(in: overlay)),
    ]
  }
}

struct OverlayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlay",
    abstract: "Write the Kubernetes overlays of dedicated tenants, and check them.",
    discussion: """
      Through a running admin endpoint, in the folder of this repository:

        terrace overlay acme
        terrace overlay check
      """,
    subcommands: [OverlayWriteCommand.self, OverlayCheckCommand.self],
    defaultSubcommand: OverlayWriteCommand.self)
}
