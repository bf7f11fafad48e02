import Foundation

/// The text of a dedicated tenant's overlay, and of the kustomization that adds its Secrets.
struct OverlayFiles {
  let deployment: TenantDeployment
  /// The tenant's URL.
  let host: String

  /// The overlay as it is to be from now on: a new one, or the one that is there, with what people
  /// wrote into it.
  ///
  /// - Throws: ``CommandFailure`` if it lacks a line that must change.
  func overlay(in file: String) throws -> String {
    guard var text = try Self.text(of: file) else { return overlay }
    for (start, value) in [
      ("namespace: ", deployment.namespace), (" *- TERRACE_TENANT_ID=", deployment.tenantID),
      (" *- TERRACE_TENANT_LOGIN=", deployment.login),
    ] {
      let setting = try Regex("(?m)^(\(start))\\S*", as: (Substring, Substring).self)
      guard text.contains(setting) else {
        let name = start.drop { $0 == " " || $0 == "*" }
        throw CommandFailure(
          "\(file) has no line '\(name)…': add one, or remove the file to have it written")
      }
      text.replace(setting) { "\($0.output.1)\(value)" }
    }
    text.replace(
      /, dedicated: https?:\/\/[^\s,]+/, with: ", dedicated: \(host)", maxReplacements: 1)
    return text
  }

  /// The same for the kustomization of the Secrets, in which nothing changes while the tenant lives.
  func secrets(in file: String) throws -> String {
    guard let text = try Self.text(of: file) else { return secrets }
    let namespaces = Set(text.matches(of: /namespace: *([^\s,}]+)/).map(\.output.1))
    guard namespaces.isEmpty || namespaces.contains(deployment.namespace[...]) else {
      throw CommandFailure(
        "\(file) has nothing in 'namespace: \(deployment.namespace)': remove it to have it written")
    }
    return text
  }

  /// Nil if it is not there.
  private static func text(of file: String) throws -> String? {
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    do {
      return try String(contentsOfFile: file, encoding: .utf8)
    } catch {
      throw CommandFailure("cannot read \(file) as UTF-8 text, and leaves it as it is")
    }
  }

  /// Some characters end a line, and so a comment, in YAML; names have none any more, but may have
  /// had some.
  private var nameOnOneLine: String { deployment.displayName.filter { !$0.isNewline } }

  private var overlay: String {
    """
    # \(nameOnOneLine), dedicated: \(host), in a deployment and a namespace of its own.
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    namespace: \(deployment.namespace)
    resources:
      - ../../base
    components:
      - ../../components/dedicated
    configMapGenerator:
      - name: terrace
        behavior: merge
        literals:
          - TERRACE_TENANT_ID=\(deployment.tenantID)
          - TERRACE_TENANT_LOGIN=\(deployment.login)
    labels:
      - pairs:
          app.kubernetes.io/instance: \(deployment.slug)

    """
  }

  private var secrets: String {
    """
    # overlays/\(deployment.slug) with its Secrets, from files that `terrace overlay \(deployment.slug)` makes and git ignores.
    # A Secret's name ends with a hash of what is in it, so that a new one rolls the pods.
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
      - ../../overlays/\(deployment.slug)
    secretGenerator:
      - name: terrace
        namespace: \(deployment.namespace)
        files: [tenant-password, tenant-key, database-ca.crt]
      - name: terrace-public-tls
        namespace: \(deployment.namespace)
        type: kubernetes.io/tls
        files: [tls.crt, tls.key, ca.crt=gateway-ca.crt]

    """
  }
}
