/// Where the database is, for a NetworkPolicy: a range of addresses, or pods of the cluster.
enum DatabasePeer: Sendable, Equatable {
  case addresses(String)
  /// The pods that are labelled `app.kubernetes.io/name: <name>`.
  case pods(namespace: String, name: String)

  /// Reads `10.0.0.0/16` or `namespace/name`; nil if `text` is neither.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { return nil }
    if AddressRange(text) != nil {
      self = .addresses(text)
    } else if parts.allSatisfy(Self.isLabel) {
      self = .pods(namespace: parts[0], name: parts[1])
    } else {
      return nil
    }
  }

  /// RFC 1123, as Kubernetes has it.
  private static func isLabel(_ text: String) -> Bool {
    let isEnd = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else {
      return false
    }
    return isEnd(first) && isEnd(last) && text.utf8.allSatisfy { isEnd($0) || $0 == 0x2D }
  }

  /// An item of a NetworkPolicy's `to`.
  var yaml: String {
    switch self {
    case .addresses(let range):
      """
      - ipBlock:
          cidr: \(range.yamlQuoted)
      """
    case .pods(let namespace, let name):
      """
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: \(namespace.yamlQuoted)
        podSelector:
          matchLabels:
            app.kubernetes.io/name: \(name.yamlQuoted)
      """
    }
  }
}
