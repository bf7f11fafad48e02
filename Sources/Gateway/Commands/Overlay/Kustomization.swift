import Foundation
import Yams

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
