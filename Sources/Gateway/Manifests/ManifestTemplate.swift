/// YAML with placeholders such as `{{slug}}`, each where a value stands.
struct ManifestTemplate {
  let text: String

  /// Made by `scripts/manifest-template` of what a dedicated tenant's overlay renders to.
  static let tenant = ManifestTemplate(
    text: String(decoding: PackageResources.tenant_yaml, as: UTF8.self))

  /// The text with a value for each placeholder. What a value holds is not looked at again.
  ///
  /// - Parameter values: YAML; lines after a value's first are indented as the placeholder is.
  /// - Precondition: there is a value for each placeholder.
  func filled(_ values: [String: String]) -> String {
    text.split(separator: "\n").map { Self.filled($0, values) + "\n" }.joined()
  }

  private static func filled(_ line: Substring, _ values: [String: String]) -> String {
    guard let start = line.firstRange(of: "{{"), let end = line.firstRange(of: "}}") else {
      return String(line)
    }
    let name = String(line[start.upperBound..<end.lowerBound])
    guard let value = values[name] else { preconditionFailure("no value for \(name)") }
    let separator = "\n" + line.prefix { $0 == " " }
    return line[..<start.lowerBound]
      + value.split(separator: "\n").joined(separator: separator)
  }
}
