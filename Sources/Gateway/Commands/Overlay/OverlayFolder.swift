import Foundation
import Yams

/// The folder of manifests: an overlay and its Secrets for each dedicated tenant.
struct OverlayFolder {
  /// What an overlay says of its tenant.
  struct Overlay: Equatable {
    let slug: String
    let namespace: String?
    let tenantID: String?
    let login: String?
    /// The hosts that it says the tenant has.
    let hosts: [String]
    /// The hosts at which its pods answer to the tenant's name: none if no settings say so.
    let servedHosts: [String]
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
  /// - Throws: ``CommandFailure`` for one that is no kustomization.
  func overlays() throws -> [Overlay] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/overlays").sorted().compactMap {
      slug -> Overlay? in
      guard let (kustomization, text) = try Self.kustomization(in: overlay(slug)),
        kustomization.isDedicated
      else { return nil }
      let settings = clusterSettings.merging(
        kustomization.settings { Self.text(of: "\(overlay(slug))/\($0)") }
      ) { $1 }
      return Overlay(
        slug: slug, namespace: kustomization.namespace,
        tenantID: settings["TERRACE_TENANT_ID"], login: settings["TERRACE_TENANT_LOGIN"],
        hosts: Self.hosts(in: text) + Self.publicHost(of: slug, settings),
        servedHosts: Self.servedHosts(of: slug, settings),
        missingFiles: try missingFiles(slug))
    }
  }

  private static func text(of file: String) -> String? {
    try? String(contentsOfFile: file, encoding: .utf8)
  }

  /// Nil if there is none.
  private static func kustomization(
    in folder: String
  ) throws -> (Kustomization, text: String)? {
    let file = folder + "/kustomization.yaml"
    guard let text = text(of: file) else { return nil }
    do {
      return (try YAMLDecoder().decode(Kustomization.self, from: text), text)
    } catch {
      let reason = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      throw CommandFailure("\(file) is no kustomization: \(reason)")
    }
  }

  /// Those of the URLs in its comments.
  private static func hosts(in text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("#") }.flatMap {
      $0.matches(of: /https?:\/\/([^\/:,\s]+)/).map { String($0.1) }
    }
  }

  /// What all overlays of the cluster have.
  private var clusterSettings: [String: String] {
    Kustomization.settings(of: Self.text(of: "\(path)/cluster/cluster.env") ?? "")
  }

  private static func publicHost(of slug: String, _ settings: [String: String]) -> [String] {
    let url = settings["TERRACE_PUBLIC_URL"].flatMap { URLComponents(string: $0)?.host }
    return url.map { ["\(slug).\($0)"] } ?? []
  }

  private static func servedHosts(of slug: String, _ settings: [String: String]) -> [String] {
    (settings["TERRACE_BASE_DOMAINS"] ?? "").split(separator: ",").map {
      "\(slug).\($0.trimmingCharacters(in: .whitespaces))"
    }
  }

  /// Those that `secrets/<slug>` is to be made of and that are not there.
  private func missingFiles(_ slug: String) throws -> [String] {
    let folder = secrets(slug)
    guard let (kustomization, _) = try Self.kustomization(in: folder) else {
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
      throw CommandFailure("cannot make \(folder): \(error.localizedDescription)")
    }
    guard
      FileManager.default.createFile(
        atPath: draft, contents: Data(text.utf8),
        attributes: [.posixPermissions: isSecret ? 0o600 : 0o644]),
      rename(draft, file) == 0
    else { throw CommandFailure("cannot write \(file): \(String(cString: strerror(errno)))") }
  }
}
