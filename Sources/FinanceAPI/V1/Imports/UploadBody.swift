import Crypto
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore

/// A file in the body of a request, as it is or as the one file of a form (RFC 7578).
struct UploadBody {
  /// Bytes that a file may have: 50 MiB.
  static let limit = 50 << 20

  private let request: Request
  private let boundary: String?

  /// - Throws: `Problem`: 413 by what the request announces, 400 for a form without boundary.
  init(_ request: Request) throws {
    self.request = request
    if let length = request.headers[.contentLength].flatMap(Int.init), length > Self.limit {
      throw Self.tooLarge
    }
    let type = request.headers[.contentType] ?? ""
    guard type.lowercased().hasPrefix("multipart/form-data") else {
      boundary = nil
      return
    }
    guard let boundary = Self.boundary(in: type) else {
      throw Problem.invalid([.init(field: "Content-Type", message: "must name the boundary")])
    }
    self.boundary = boundary
  }

  /// Hands out the bytes of the file as they come.
  ///
  /// - Throws: `Problem` 413 once it is too large, 400 if a form has no file or several; what `body`
  ///   throws.
  func read(_ body: ([UInt8]) async throws -> Void) async throws {
    var form = boundary.map { MultipartFile(boundary: $0) }
    var count = 0
    for try await buffer in request.body {
      count += buffer.readableBytes
      guard count <= Self.limit else { throw Self.tooLarge }
      let bytes = Array(buffer.readableBytesView)
      if form == nil {
        try await body(bytes)
      } else if let part = try form?.read(bytes), !part.isEmpty {
        try await body(part)
      }
    }
    try form?.finish()
  }

  private static func boundary(in type: String) -> String? {
    guard let match = type.firstMatch(of: /(?i)boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/) else {
      return nil
    }
    return (match.1 ?? match.2).map(String.init)
  }

  private static var tooLarge: Problem {
    .status(
      .contentTooLarge, detail: "the file must have at most \(limit >> 20) MiB",
      headers: [.connection: "close"])
  }
}

/// Takes the one file out of a form, by chunks of any size.
struct MultipartFile {
  private static let maximumHeader = 8 << 10

  private enum State { case between, header, file, field, ended }

  private let delimiter: [UInt8]
  private var state = State.field
  private var hasFile = false
  /// The line end before the first delimiter may be missing.
  private var buffer: [UInt8] = [13, 10]

  init(boundary: String) {
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// The bytes of the file that the chunk has.
  ///
  /// - Throws: `Problem` 400 for a second file, or what is no form.
  mutating func read(_ chunk: [UInt8]) throws(Problem) -> [UInt8] {
    buffer += chunk
    var file: [UInt8] = []
    while try step(&file) {}
    return file
  }

  /// - Throws: `Problem` 400 if the form has no file, or is cut.
  func finish() throws(Problem) {
    guard state == .ended else { throw Self.problem("must be a whole form, which it is not") }
    guard hasFile else { throw Self.problem("must have a file") }
  }

  /// Returns whether there may be more to do with what is there.
  private mutating func step(_ file: inout [UInt8]) throws(Problem) -> Bool {
    switch state {
    case .ended:
      buffer.removeAll()
      return false
    case .between:
      guard buffer.count >= 2 else { return false }
      state = buffer.starts(with: Array("--".utf8)) ? .ended : .header
      return true
    case .header:
      guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else {
        guard buffer.count <= Self.maximumHeader else {
          throw Self.problem("has a part with too long a header")
        }
        return false
      }
      try begin(String(decoding: buffer[..<end.lowerBound], as: UTF8.self))
      buffer.removeSubrange(..<end.upperBound)
      return true
    case .file, .field:
      let range = buffer.firstRange(of: delimiter)
      let end = range?.lowerBound ?? max(0, buffer.count - delimiter.count + 1)
      if state == .file { file += buffer[..<end] }
      buffer.removeSubrange(..<(range?.upperBound ?? end))
      if range != nil { state = .between }
      return range != nil
    }
  }

  private mutating func begin(_ header: String) throws(Problem) {
    guard header.lowercased().contains("filename") else {
      state = .field
      return
    }
    guard !hasFile else { throw Self.problem("must have one file, and has several") }
    hasFile = true
    state = .file
  }

  private static func problem(_ message: String) -> Problem {
    .invalid([.init(.pointer, field: "", message: message)])
  }
}
