import Foundation

/// A file that holds one secret, and white space around it or not.
struct SecretFile {
  let path: String

  /// The secret; nil if the file does not exist.
  ///
  /// - Throws: ``CommandFailure`` if the file is there and no secret can be read from it.
  func read() throws(CommandFailure) -> String? {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      if error.systemError == ENOENT { return nil }
      throw CommandFailure("cannot read \(path): \(error.systemReason)")
    }
    guard let text = String(data: bytes, encoding: .utf8) else {
      throw CommandFailure("\(path) is not UTF-8 text")
    }
    let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !secret.isEmpty else { throw CommandFailure("\(path) is empty") }
    return secret
  }

  /// The secret in the file, which is made with a new one if it does not exist.
  func read(orMake make: () -> String) throws(CommandFailure) -> String {
    if let secret = try read() { return secret }
    try create(with: make())
    // Another process may have been first, whose secret then counts.
    guard let secret = try read() else {
      throw CommandFailure("\(path) is a link that leads nowhere")
    }
    return secret
  }

  /// Makes the file, whole or not at all, unless something is there.
  private func create(with secret: String) throws(CommandFailure) {
    let draft = "\(path).\(getpid())"
    defer { unlink(draft) }
    guard
      FileManager.default.createFile(
        atPath: draft, contents: Data((secret + "\n").utf8), attributes: [.posixPermissions: 0o600]),
      link(draft, path) == 0 || errno == EEXIST
    else { throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))") }
  }

  /// The admin token that was read from the file, if it can be one: it travels in a header.
  func checked(token: String) throws(CommandFailure) -> String {
    guard token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw CommandFailure("\(path) holds no admin token: it must be visible ASCII throughout")
    }
    return token
  }
}
