import Foundation

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
  func overlays() throws -> [Overlay] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/overlays").sorted().compactMap {
      slug -> Overlay? in
      guard let lines = Self.lines(overlay(slug) + "/kustomization.yaml"),
        lines.contains(where: { $0.hasSuffix("components/dedicated") })
      else { return nil }
      func value(after name: String) -> String? {
        lines.first { $0.hasPrefix(name) }.map {
          $0.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
        }
      }
      return Overlay(
        slug: slug, namespace: value(after: "namespace:"),
        tenantID: value(after: "TERRACE_TENANT_ID="),
        login: value(after: "TERRACE_TENANT_LOGIN="), hosts: Self.hosts(lines, slug),
        missingFiles: missingFiles(slug))
    }
  }

  /// The lines of a file, without what makes them items of a list; nil if there is none.
  private static func lines(_ file: String) -> [String]? {
    (try? String(contentsOfFile: file, encoding: .utf8))?.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: " -\"'"))
    }
  }

  /// Those of the URLs in comments, and the tenant's under the domains that the settings name.
  private static func hosts(_ lines: [String], _ slug: String) -> [String] {
    lines.flatMap { line -> [String] in
      if let url = line.firstMatch(of: /^TERRACE_PUBLIC_URL=https?:\/\/([^\/:]+)/) {
        return ["\(slug).\(url.1)"]
      }
      if let domains = line.wholeMatch(of: /TERRACE_BASE_DOMAINS=(.*)/) {
        return domains.1.split(separator: ",").map {
          "\(slug).\($0.trimmingCharacters(in: .whitespaces))"
        }
      }
      guard line.hasPrefix("#") else { return [] }
      return line.matches(of: /https?:\/\/([^\/:,\s]+)/).map { String($0.1) }
    }
  }

  /// Those that `secrets/<slug>/kustomization.yaml` names, in the form in which it was written.
  private func missingFiles(_ slug: String) -> [String] {
    (Self.lines(secrets(slug) + "/kustomization.yaml") ?? []).flatMap { line -> [String] in
      guard let list = line.wholeMatch(of: /files: *\[(.*)\]/) else { return [] }
      return list.1.split(separator: ",").compactMap {
        let item = $0.trimmingCharacters(in: .whitespaces)
        let file = item.split(separator: "=").last.map(String.init) ?? item
        let path = "\(secrets(slug))/\(file)"
        return FileManager.default.fileExists(atPath: path) ? nil : path
      }
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
