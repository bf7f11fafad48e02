import Foundation

/// The commands of the README's section "A first minute", and what it says that they print.
struct FirstMinute {
  struct Step {
    let command: String
    /// Nil where the README does not say.
    var output: String?
  }

  private static let separator = "--8<--"
  private(set) var steps: [Step] = []

  init(_ readme: String) {
    guard let start = readme.range(of: "## A first minute\n") else { return }
    let rest = readme[start.upperBound...]
    let section = rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)]
    var block: (language: Substring, lines: [Substring])?
    for line in section.split(separator: "\n", omittingEmptySubsequences: false) {
      if let (language, lines) = block, line == "```" {
        add(language, lines.joined(separator: "\n"))
        block = nil
      } else if block != nil {
        block?.lines.append(line)
      } else if line.hasPrefix("```") {
        block = (line.dropFirst(3), [])
      }
    }
  }

  private mutating func add(_ language: Substring, _ text: String) {
    switch language {
    case "sh": steps.append(Step(command: text))
    case "text": steps[steps.count - 1].output = text
    default: break
    }
  }

  /// Runs the commands in one shell, and returns what each printed. Ports, folders and the binary
  /// are the folder's instead of the README's; nothing else is changed.
  func run(in folder: DevelopmentFolder) throws -> [String] {
    let script = steps.map { "\($0.command)\nprintf '\\n\(Self.separator)\\n'" }
      .joined(separator: "\n")
    let output = try folder.shell(
      script.replacing("localhost:8080", with: "localhost:\(folder.port)")
        .replacing("localhost:8081", with: "localhost:\(folder.adminPort)")
        .replacing(".terrace/", with: folder.home + "/")
        .replacing(".build/release/terrace", with: TerraceCommand.path)
        .replacing("curl http", with: "curl -s http").replacing("curl \"", with: "curl -s \""))
    return output.replacing("localhost:\(folder.port)", with: "localhost:8080")
      .components(separatedBy: Self.separator).dropLast()
      .map { $0.trimmingCharacters(in: .newlines) }
  }
}
