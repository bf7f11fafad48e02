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
