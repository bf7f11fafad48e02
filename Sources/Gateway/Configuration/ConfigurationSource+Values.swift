import Foundation

extension ConfigurationSource {
  func integer(_ key: ConfigurationKey, in range: ClosedRange<Int>) throws -> Int? {
    try value(key, form: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      Int($0).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A time such as `500ms`, `30s`, `5m` or `2h`.
  ///
  /// - Parameter minutes: the most that it may be; nil is no bound.
  func duration(
    _ key: ConfigurationKey, allowsZero: Bool = false, atMost minutes: Int? = nil
  ) throws -> Duration? {
    let bound = minutes.map { ", at most \($0)m" } ?? ""
    return try value(key, form: "a time such as 500ms, 30s, 5m or 2h\(bound)") { text in
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits), number <= 1_000_000, number > 0 || allowsZero else {
        return nil
      }
      let duration: Duration? =
        switch text.dropFirst(digits.count) {
        case "ms": .milliseconds(number)
        case "s": .seconds(number)
        case "m": .seconds(number * 60)
        case "h": .seconds(number * 3600)
        default: nil
        }
      guard let duration, let minutes, duration > .seconds(minutes * 60) else { return duration }
      return nil
    }
  }

  /// `address:port`, an IPv6 address in brackets.
  func listener(_ key: ConfigurationKey) throws -> ServerConfiguration.Listener? {
    try value(key, form: "an address and a port, such as 127.0.0.1:8080 or [::1]:8080") { text in
      guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
        (0...65535).contains(port)
      else { return nil }
      var host = text[..<colon]
      if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
      guard !host.isEmpty, Self.host(String(text[..<colon])) != nil else { return nil }
      return .init(host: String(host), port: port)
    }
  }

  /// Hosts with commas between them.
  func hosts(_ key: ConfigurationKey) throws -> [Host]? {
    try list(key, form: "host names with commas between them", Self.host)
  }

  /// Host names with commas between them; no addresses.
  func domains(_ key: ConfigurationKey) throws -> [Host]? {
    try list(key, form: "domain names with commas between them") { text in
      guard case .name(let name)? = Self.host(text) else { return nil }
      return .name(name)
    }
  }

  func addressRanges(_ key: ConfigurationKey) throws -> [AddressRange]? {
    try list(key, form: "addresses or ranges such as 10.0.0.0/8, with commas between them") {
      AddressRange($0)
    }
  }

  private func list<T>(
    _ key: ConfigurationKey, form: String, _ parse: (String) -> T?
  ) throws -> [T]? {
    try value(key, form: form) { text in
      var items: [T] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let item = parse(part.trimmingCharacters(in: .whitespaces)) else { return nil }
        items.append(item)
      }
      return items
    }
  }

  private static func host(_ text: String) -> Host? {
    var text = text
    return text.withUTF8 { Host($0) }
  }
}
