import Foundation

/// Where settings are read from: the environment, and after it the file that
/// `TERRACE_CONFIG_FILE` names, of lines `KEY=value`. An empty value counts as none.
///
/// A value is text until it is parsed here, so that a malformed one is an error that names the key.
struct ConfigurationSource: Sendable {
  private let settings: [String: String]

  /// - Throws: ``ConfigurationError`` if the file cannot be read, or has a line that is no setting.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    if let (old, key) = ConfigurationKey.renamed.first(where: {
      environment[$0.key]?.isEmpty == false
    }) {
      throw ConfigurationError(old, "is called \(key.rawValue) now: rename it")
    }
    let own = environment.filter { $0.key.hasPrefix("TERRACE_") && !$0.value.isEmpty }
    let file = try own[ConfigurationKey.configurationFile.rawValue].map {
      try Self.settings(inFile: $0)
    }
    settings = (file ?? [:]).filter { !$0.value.isEmpty }.merging(own) { $1 }
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

  // MARK: Values

  /// The value as it stands; nil if there is none.
  func text(_ key: ConfigurationKey) -> String? {
    settings[key.rawValue]
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
    guard let path = settings[key.fileName] else { return direct }
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

/// A setting that is missing, malformed or out of place; the process must not start.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// One line that begins with the key's name. It never repeats a secret.
  let description: String

  init(_ name: String, _ message: String) {
    description = "\(name) \(message)"
  }

  init(_ key: ConfigurationKey, _ message: String) {
    self.init(key.rawValue, message)
  }
}
