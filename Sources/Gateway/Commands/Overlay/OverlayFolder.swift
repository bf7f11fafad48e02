import Foundation

/// The folder of manifests: an overlay and its Secrets for each dedicated tenant.
struct OverlayFolder {
  /// What an overlay says of its tenant.
  struct Overlay: Equatable {
    let slug: String
    let namespace: String?
    let tenantID: String?
    let login: String?
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
      slug in
      let file = overlay(slug) + "/kustomization.yaml"
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
      let lines = text.split(whereSeparator: \.isNewline).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " -\"'"))
      }
      func value(after name: String) -> String? {
        lines.first { $0.hasPrefix(name) }.map {
          $0.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
        }
      }
      guard lines.contains(where: { $0.hasSuffix("components/dedicated") }) else { return nil }
      return Overlay(
        slug: slug, namespace: value(after: "namespace:"),
        tenantID: value(after: "TERRACE_TENANT_ID="),
        login: value(after: "TERRACE_TENANT_LOGIN="))
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
