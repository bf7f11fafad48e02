import Foundation

/// The folder of manifests: an overlay and its Secrets for each dedicated tenant.
struct OverlayFolder {
  /// What is applied of an overlay, and what that says of its tenant.
  struct Overlay: Equatable {
    let slug: String
    let namespace: String?
    let tenantID: String?
    let login: String?
    /// The hosts that it says the tenant has, in its first comment and in its settings.
    let hosts: [String]
    /// The hosts at which its pods answer to the tenant's name: none if no settings say so.
    let servedHosts: [String]
    /// What its pods take settings from that is not compared.
    var unread: [String] = []
    /// The files that its Secrets are to be made of and that are not there.
    let missingFiles: [String]
  }

  let path: String

  func overlay(_ slug: String) -> String { "\(path)/overlays/\(slug)" }
  func secrets(_ slug: String) -> String { "\(path)/secrets/\(slug)" }

  /// - Throws: ``CommandFailure`` if this is no such folder.
  func check() throws {
    guard FileManager.default.fileExists(atPath: "\(path)/components/dedicated") else {
      throw CommandFailure("\(path) has no components/dedicated: see --directory")
    }
  }

  /// The overlays of tenants, by their slugs; others, such as the platform's, are none.
  ///
  /// - Returns: besides, for each that cannot be read or does not render, why.
  /// - Throws: ``CommandFailure`` if there is no kubectl.
  func overlays() throws -> (overlays: [Overlay], faults: [String: String]) {
    let kubectl = try Kubectl()
    var overlays: [Overlay] = []
    var faults: [String: String] = [:]
    for slug in try FileManager.default.contentsOfDirectory(atPath: "\(path)/overlays").sorted() {
      do {
        overlays += try self.overlays(in: slug, kubectl)
      } catch {
        faults[slug] = "\(error)"
      }
    }
    return (overlays, faults)
  }

  private func overlays(in slug: String, _ kubectl: Kubectl) throws -> [Overlay] {
    let file = "\(overlay(slug))/kustomization.yaml"
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return [] }
    let missingFiles = try missingFiles(slug)
    let stream = try kubectl.kustomize(missingFiles.isEmpty ? secrets(slug) : overlay(slug))
    return try RenderedDeployment.all(in: stream).map {
      Overlay(slug: slug, hosts: Self.hosts(in: text), $0, missingFiles: missingFiles)
    }
  }

  /// That of the comment that says what the overlay is: see ``OverlayFiles``.
  static func hosts(in text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("#") }.flatMap {
      $0.matches(of: /, dedicated: https?:\/\/([^\/:,\s]+)/).map { String($0.1) }
    }
  }

  /// Those that `secrets/<slug>` is to be made of and that are not there.
  private func missingFiles(_ slug: String) throws -> [String] {
    let folder = secrets(slug)
    guard let kustomization = try Kustomization.read(in: folder) else {
      return ["kustomization.yaml"]
    }
    return kustomization.secretFiles.filter {
      !FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
  }

  /// Writes a file that only its owner may read, if it is secret, in place of any that is there.
  func write(_ text: String, to file: String, isSecret: Bool) throws {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    let draft = file + ".new"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("cannot make \(folder): \(error.systemReason)")
    }
    guard
      FileManager.default.createFile(
        atPath: draft, contents: Data(text.utf8),
        attributes: [.posixPermissions: isSecret ? 0o600 : 0o644]),
      rename(draft, file) == 0
    else { throw CommandFailure("cannot write \(file): \(String(cString: strerror(errno)))") }
  }
}

extension OverlayFolder.Overlay {
  /// - Parameter hosts: those that its comments name.
  init(slug: String, hosts: [String], _ deployment: RenderedDeployment, missingFiles: [String]) {
    let settings = deployment.settings
    let publicHost = settings["TERRACE_PUBLIC_URL"].flatMap { URLComponents(string: $0)?.host }
    let domains = (settings["TERRACE_BASE_DOMAINS"] ?? "").split(separator: ",")
    self.init(
      slug: slug, namespace: deployment.namespace, tenantID: settings["TERRACE_TENANT_ID"],
      login: settings["TERRACE_TENANT_LOGIN"],
      hosts: hosts + (publicHost.map { ["\(slug).\($0)"] } ?? []),
      servedHosts: domains.map { "\(slug).\($0.trimmingCharacters(in: .whitespaces))" },
      unread: deployment.unread, missingFiles: missingFiles)
  }
}
