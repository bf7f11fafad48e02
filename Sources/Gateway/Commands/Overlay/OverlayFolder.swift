import Foundation
import Yams

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
  func overlays() throws -> (overlays: [Overlay], errors: [String: String]) {
    let kubectl = try Kubectl()
    var overlays: [Overlay] = []
    var errors: [String: String] = [:]
    for slug in try FileManager.default.contentsOfDirectory(atPath: "\(path)/overlays").sorted() {
      do {
        overlays += try self.overlays(in: slug, kubectl)
      } catch {
        errors[slug] = "\(error)"
      }
    }
    return (overlays, errors)
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

/// A `kustomization.yaml`, as far as it is asked about without kubectl.
struct Kustomization: Decodable {
  /// What a Secret is made of.
  struct Generator: Decodable {
    /// Files of lines `KEY=value`.
    let envs: [String]?
    /// `file`, or `key=file`.
    let files: [String]?
  }

  let secretGenerator: [Generator]?

  /// Reads the one of a folder; nil if there is none.
  ///
  /// - Throws: ``CommandFailure`` for a file that is no kustomization.
  static func read(in folder: String) throws -> Kustomization? {
    let file = folder + "/kustomization.yaml"
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    do {
      return try YAMLDecoder().decode(Kustomization.self, from: text)
    } catch {
      let reason = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      throw CommandFailure("\(file) is no kustomization: \(reason)")
    }
  }

  /// The files that its Secrets are made of.
  var secretFiles: [String] {
    var names: [String] = []
    for generator in secretGenerator ?? [] {
      names += generator.envs ?? []
      for file in generator.files ?? [] {
        names.append(file.split(separator: "=").last.map(String.init) ?? file)
      }
    }
    return names
  }
}

/// The program of that name, as the `PATH` has it.
struct Kubectl {
  private let program: URL

  /// - Throws: ``CommandFailure`` if there is none.
  init() throws(CommandFailure) {
    let candidates = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { URL(fileURLWithPath: "\($0)/kubectl") }
    let program = candidates.first {
      FileManager.default.isExecutableFile(atPath: $0.path)
        && (try? $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) != true
    }
    guard let program else {
      throw CommandFailure(
        "kubectl is not on the PATH: it renders the overlays, patches and all, that are compared")
    }
    self.program = program
  }

  /// What `kubectl apply -k` would apply: what a folder renders to, patches and all, as a YAML
  /// stream. It may hold secrets.
  ///
  /// Blocks until kubectl is done. What that says besides goes to standard error.
  ///
  /// - Throws: ``CommandFailure`` if the folder does not render.
  func kustomize(_ folder: String) throws -> String {
    let kubectl = Process()
    kubectl.executableURL = program
    kubectl.arguments = ["kustomize", folder]
    kubectl.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    kubectl.standardOutput = pipe
    try kubectl.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    kubectl.waitUntilExit()
    guard kubectl.terminationStatus == 0 else {
      throw CommandFailure("kubectl kustomize \(folder) failed")
    }
    return String(decoding: output, as: UTF8.self)
  }
}
