import Foundation

/// The text of a dedicated tenant's overlay, and of the kustomization that adds its Secrets.
struct OverlayFiles {
  let slug: String
  let displayName: String
  let host: String
  let namespace: String
  let tenantID: String
  let login: String

  private var title: String {
    "# \(displayName), dedicated: \(host), in a deployment and a namespace of its own."
  }

  /// The overlay as it is to be from now on: a new one, or the one that is there, with what people
  /// wrote into it.
  ///
  /// - Throws: ``CommandFailure`` if it lacks a line that must change.
  func overlay(in file: String) throws -> String {
    guard var text = Self.text(of: file) else { return overlay }
    for (start, value) in [
      ("namespace: ", namespace), ("      - TERRACE_TENANT_ID=", tenantID),
      ("      - TERRACE_TENANT_LOGIN=", login),
    ] {
      text = try Self.setting(start, to: value, in: text, of: file)
    }
    if let end = text.firstIndex(where: \.isNewline),
      !OverlayFolder.hosts(in: String(text[..<end])).isEmpty
    {
      text.replaceSubrange(..<end, with: title)
    }
    return text
  }

  /// The same for the kustomization of the Secrets, in which nothing changes for life.
  func secrets(in file: String) throws -> String {
    guard let text = Self.text(of: file) else { return secrets }
    guard text.contains("\n    namespace: \(namespace)\n") else {
      throw CommandFailure(
        "\(file) makes no Secrets in 'namespace: \(namespace)': remove it to have it written")
    }
    return text
  }

  private static func text(of file: String) -> String? {
    try? String(contentsOfFile: file, encoding: .utf8)
  }

  /// Puts `value` after the `start` of the line that begins with it.
  private static func setting(
    _ start: String, to value: String, in text: String, of file: String
  ) throws -> String {
    var isThere = false
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
      line -> String in
      guard line.hasPrefix(start) else { return String(line) }
      isThere = true
      return start + value
    }
    guard isThere else {
      throw CommandFailure(
        "\(file) has no line that begins with '\(start)': add one, or remove the file to have it "
          + "written")
    }
    return lines.joined(separator: "\n")
  }

  private var overlay: String {
    """
    \(title)
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    namespace: \(namespace)
    resources:
      - ../../base
    components:
      - ../../components/dedicated
    configMapGenerator:
      - name: terrace
        behavior: merge
        literals:
          - TERRACE_TENANT_ID=\(tenantID)
          - TERRACE_TENANT_LOGIN=\(login)
    labels:
      - pairs:
          app.kubernetes.io/instance: \(slug)

    """
  }

  private var secrets: String {
    """
    # overlays/\(slug) with its Secrets, from files that `terrace overlay \(slug)` makes and git ignores.
    # A Secret's name ends with a hash of what is in it, so that a new one rolls the pods.
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
      - ../../overlays/\(slug)
    secretGenerator:
      - name: terrace
        namespace: \(namespace)
        files: [tenant-password, tenant-key, database-ca.crt]
      - name: terrace-public-tls
        namespace: \(namespace)
        type: kubernetes.io/tls
        files: [tls.crt, tls.key, ca.crt=gateway-ca.crt]

    """
  }
}
