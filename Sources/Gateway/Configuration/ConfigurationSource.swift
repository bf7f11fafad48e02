import Configuration
import Foundation

/// Where settings are read from: the environment, and after it the file that
/// `TERRACE_CONFIG_FILE` names, of lines `KEY=value`. An empty value counts as none.
///
/// Everything is read as text and parsed here: the library's typed getters take a default for a
/// malformed value, and its provider for folders of files skips the symbolic links that a mounted
/// Kubernetes Secret is made of.
struct ConfigurationSource: Sendable {
  private let reader: ConfigReader

  /// - Throws: ``ConfigurationError`` if the file cannot be read, or has a line that is no setting.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    if let (old, key) = ConfigurationKey.renamed.first(where: {
      environment[$0.key]?.isEmpty == false
    }) {
      throw ConfigurationError(old, "is called \(key.rawValue) now: rename it")
    }
    var providers = [Self.provider(environment)]
    let key = ConfigurationKey.configurationFile
    if let path = environment[key.rawValue], !path.isEmpty {
      providers.append(Self.provider(try Self.settings(inFile: path)))
    }
    reader = ConfigReader(providers: providers)
  }

  private static func provider(_ values: [String: String]) -> EnvironmentVariablesProvider {
    let secrets = ConfigurationKey.allCases.filter(\.isSecret).map(\.rawValue)
    return EnvironmentVariablesProvider(
      environmentVariables: values.filter { $0.key.hasPrefix("TERRACE_") && !$0.value.isEmpty },
      secretsSpecifier: .specific(Set(secrets)))
  }

  /// The settings in a file: a name that is unknown there is a mistake, unlike in the environment,
  /// where Kubernetes puts names of its own.
  private static func settings(inFile path: String) throws -> [String: String] {
    let key = ConfigurationKey.configurationFile
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ConfigurationError(key, "names \(path), which cannot be read")
    }
    var settings: [String: String] = [:]
    for (index, line) in text.components(separatedBy: .newlines).enumerated() {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.isEmpty || line.hasPrefix("#") { continue }
      let place = "\(path), line \(index + 1)"
      guard let equals = line.firstIndex(of: "=") else {
        throw ConfigurationError(place, "is not KEY=value")
      }
      let name = line[..<equals].trimmingCharacters(in: .whitespaces)
      if let key = ConfigurationKey.renamed[name] {
        throw ConfigurationError(name, "(\(place)) is called \(key.rawValue) now: rename it")
      }
      guard isKnown(name) else { throw ConfigurationError(name, "(\(place)) is not a setting") }
      settings[name] = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
    }
    return settings
  }

  private static func isKnown(_ name: String) -> Bool {
    if let key = ConfigurationKey(rawValue: name) { return key != .configurationFile }
    return ConfigurationKey.allCases.contains { $0.isSecret && $0.fileName == name }
  }

  private func text(_ name: String, isSecret: Bool) -> String? {
    reader.string(forKey: ConfigKey([name.lowercased()]), isSecret: isSecret)
  }

  // MARK: Values

  /// The value as it stands; nil if there is none.
  func text(_ key: ConfigurationKey) -> String? {
    text(key.rawValue, isSecret: key.isSecret)
  }

  /// The value, read by `parse`; nil if there is none.
  ///
  /// - Parameter form: what a value must look like, after "must be".
  func value<T>(_ key: ConfigurationKey, form: String, _ parse: (String) -> T?) throws -> T? {
    guard let text = text(key) else { return nil }
    guard let value = parse(text) else {
      throw ConfigurationError(key, "must be \(form), and is '\(text)'")
    }
    return value
  }

  /// The secret that the key, or the file that `…_FILE` names, holds; nil if there is none.
  func secret(_ key: ConfigurationKey) throws -> String? {
    let direct = text(key)
    guard let path = text(key.fileName, isSecret: false) else { return direct }
    guard direct == nil else {
      throw ConfigurationError(key, "and \(key.fileName) are both set: set one")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ConfigurationError(key.fileName, "names \(path), which cannot be read")
    }
    let secret = text.trimmingCharacters(in: .newlines)
    guard !secret.isEmpty else {
      throw ConfigurationError(key.fileName, "names \(path), which is empty")
    }
    return secret
  }

  /// The secret, which there must be.
  func requiredSecret(_ key: ConfigurationKey) throws -> String {
    guard let secret = try secret(key) else {
      throw ConfigurationError(key, "(or \(key.fileName)) is not set")
    }
    return secret
  }
}
