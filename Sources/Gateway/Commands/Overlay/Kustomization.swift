/// A `kustomization.yaml`, as far as overlays are compared with the registry.
struct Kustomization: Decodable {
  /// What a ConfigMap or a Secret is made of.
  struct Generator: Decodable {
    /// `KEY=value`.
    let literals: [String]?
    /// Files of such lines.
    let envs: [String]?
    /// `file`, or `key=file`.
    let files: [String]?
  }

  let namespace: String?
  let components: [String]?
  let configMapGenerator: [Generator]?
  let secretGenerator: [Generator]?

  /// Whether it makes the base a dedicated tenant's.
  var isDedicated: Bool {
    components?.contains { $0.split(separator: "/").suffix(2) == ["components", "dedicated"] }
      ?? false
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

  /// The settings of its ConfigMaps; the last of several counts.
  ///
  /// - Parameter read: the text of a file that the kustomization names, if it is there.
  func settings(_ read: (String) -> String?) -> [String: String] {
    (configMapGenerator ?? []).reduce(into: [:]) { settings, generator in
      let texts = (generator.envs ?? []).compactMap(read) + (generator.literals ?? [])
      for text in texts { settings.merge(Self.settings(of: text)) { $1 } }
    }
  }

  /// Those of lines `KEY=value`.
  static func settings(of text: String) -> [String: String] {
    var settings: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      settings[String(parts[0])] = unquoted(parts[1])
    }
    return settings
  }

  /// kustomize drops a pair of quotes around a value.
  private static func unquoted(_ value: Substring) -> String {
    for quote in ["\"", "'"]
    where value.count > 1 && value.hasPrefix(quote) && value.hasSuffix(quote) {
      return String(value.dropFirst().dropLast())
    }
    return String(value)
  }
}
