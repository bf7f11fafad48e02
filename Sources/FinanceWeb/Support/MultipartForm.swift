import HTTPSupport
import HTTPTypes
import Hummingbird

/// Takes a form with a file apart (RFC 7578) as it comes, by chunks of any size.
struct MultipartForm {
  enum Event: Equatable {
    case field(name: String, value: String)
    /// A file begins, whose name is empty if nobody has chosen one.
    case file(name: String)
    case bytes([UInt8])
  }

  private static let maximumHeader = 8 << 10
  private static let maximumField = 8 << 10

  private enum State: Equatable {
    case preamble, between, header, file, ended
    case field(name: String)
  }

  private let delimiter: [UInt8]
  private var state = State.preamble
  /// The line end before the first delimiter may be missing.
  private var buffer: [UInt8] = [13, 10]

  /// - Throws: `Problem` 415 for a body that is no such form.
  init(_ request: Request) throws(Problem) {
    let type = request.headers[.contentType] ?? ""
    guard type.lowercased().hasPrefix("multipart/form-data"),
      let match = type.firstMatch(of: /(?i)boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/),
      let boundary = match.1 ?? match.2
    else { throw Problem.status(.unsupportedMediaType) }
    self.init(boundary: String(boundary))
  }

  init(boundary: String) {
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// What the chunk tells.
  ///
  /// - Throws: `Problem` 400 for what is no form.
  mutating func read(_ chunk: some Sequence<UInt8>) throws(Problem) -> [Event] {
    buffer += chunk
    var events: [Event] = []
    while try step(&events) {}
    return events
  }

  /// - Throws: `Problem` 400 if the form is cut.
  func finish() throws(Problem) {
    guard state == .ended else { throw Problem.status(.badRequest) }
  }

  /// Returns whether there may be more to do with what is there.
  private mutating func step(_ events: inout [Event]) throws(Problem) -> Bool {
    switch state {
    case .ended:
      buffer.removeAll()
      return false
    case .between:
      guard buffer.count >= 2 else { return false }
      state = buffer.starts(with: Array("--".utf8)) ? .ended : .header
      return true
    case .header:
      let end = buffer.firstRange(of: Array("\r\n\r\n".utf8))
      guard (end?.lowerBound ?? buffer.count) <= Self.maximumHeader else {
        throw Problem.status(.badRequest)
      }
      guard let end else { return false }
      begin(String(decoding: buffer[..<end.lowerBound], as: UTF8.self), &events)
      buffer.removeSubrange(..<end.upperBound)
      return true
    case .preamble: return take(&events) { _, _ in }
    case .file:
      return take(&events) { bytes, events in
        if !bytes.isEmpty { events.append(.bytes(Array(bytes))) }
      }
    case .field(let name):
      let end = buffer.firstRange(of: delimiter)
      guard (end?.lowerBound ?? buffer.count) <= Self.maximumField else {
        throw Problem.status(.badRequest)
      }
      guard let end else { return false }
      let value = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
      events.append(.field(name: name, value: value))
      buffer.removeSubrange(..<end.upperBound)
      state = .between
      return true
    }
  }

  /// Hands out what is before the next delimiter, or before what may be the beginning of one.
  private mutating func take(
    _ events: inout [Event], _ body: (ArraySlice<UInt8>, inout [Event]) -> Void
  ) -> Bool {
    let range = buffer.firstRange(of: delimiter)
    let end = range?.lowerBound ?? max(0, buffer.count - delimiter.count + 1)
    body(buffer[..<end], &events)
    buffer.removeSubrange(..<(range?.upperBound ?? end))
    if range != nil { state = .between }
    return range != nil
  }

  private mutating func begin(_ header: String, _ events: inout [Event]) {
    if let file = header.firstMatch(of: /(?i)[;\s]filename="((?:[^"\\]|\\.)*)"/) {
      state = .file
      events.append(.file(name: String(file.1)))
    } else {
      let name = header.firstMatch(of: /(?i)[;\s]name="((?:[^"\\]|\\.)*)"/)?.1 ?? ""
      state = .field(name: String(name))
    }
  }
}
