import Crypto
import Finance
import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Tenancy

/// What can be shown by itself: it has a version, which its ETag names.
protocol V1Body {
  var version: Int64 { get }

  /// Whether it is shown with figures, such as a balance, which change while its version does not.
  static var hasFigures: Bool { get }

  func write(to json: inout JSONWriter)
}

extension V1Body {
  static var hasFigures: Bool { false }

  var entityTag: EntityTag { EntityTag(String(version)) }

  /// The version of what is worked out: another one whenever it says something else.
  var versionOfText: Int64 {
    SHA256.hash(data: Data(text.readableBytesView)).prefix(8).reduce(0) { $0 << 8 | Int64($1) }
  }

  fileprivate var text: ByteBuffer {
    var json = JSONWriter()
    write(to: &json)
    return json.finish()
  }
}

extension Response {
  /// JSON that was written by hand.
  static func v1(
    status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
    _ write: (inout JSONWriter) -> Void
  ) -> Response {
    var json = JSONWriter()
    write(&json)
    var headers = headers
    headers[.contentType] = "application/json"
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: json.finish()))
  }

  /// One thing, with its ETag; 304 to whoever has it, unless its figures may be others by now.
  ///
  /// - Parameter takesQuery: whether the query was read already; nothing may be in it otherwise.
  /// - Throws: `Problem` 412 if only another state was to be read, 400 for parameters.
  static func one(
    _ body: some V1Body, for request: Request, takesQuery: Bool = false
  ) throws -> Response {
    if !takesQuery { try QueryReader(request).finish() }
    let headers: HTTPFields = [.eTag: body.entityTag.description]
    let isKnown = try Preconditions(request.headers).knows(body.entityTag)
    guard !isKnown || type(of: body).hasFigures else {
      return Response(status: .notModified, headers: headers)
    }
    return v1(headers: headers, body.write)
  }

  /// One thing that was changed just now.
  static func changed(_ body: some V1Body) -> Response {
    v1(headers: [.eTag: body.entityTag.description], body.write)
  }

  /// A page of a list: `{"data":[…],"next_cursor":…}`.
  static func list<Element>(
    _ elements: [Element], next: String?, _ write: (inout JSONWriter, Element) -> Void
  ) -> Response {
    v1 { json in
      json.object { json in
        json.member("data", array: elements, write)
        json.member("next_cursor", next)
      }
    }
  }
}

extension StoredAnswer {
  /// 201 with what was made.
  ///
  /// - Parameter location: relative to the request's path, which may have a tenant's prefix that is
  ///   not known here.
  static func created(_ body: some V1Body, at location: String) -> StoredAnswer {
    StoredAnswer(
      status: 201, headers: "location: \(location)\netag: \(body.entityTag)",
      body: String(buffer: body.text))
  }

  /// 200 with one thing, and its ETag.
  static func one(_ body: some V1Body) -> StoredAnswer {
    StoredAnswer(
      status: 200, headers: "etag: \(body.entityTag)", body: String(buffer: body.text))
  }

  /// 204.
  static let done = StoredAnswer(status: 204, headers: "", body: "")

  /// 200, or another status, with JSON.
  static func v1(status: Int = 200, _ write: (inout JSONWriter) -> Void) -> StoredAnswer {
    var json = JSONWriter()
    write(&json)
    return StoredAnswer(status: status, headers: "", body: String(buffer: json.finish()))
  }
}

/// The body of a request that makes something, and the key that it may be named by.
struct V1Input {
  /// The members of the JSON object.
  let body: BodyReader
  let key: IdempotencyKey?

  /// - Throws: `Problem`, as `Request.bodyReader` does, and 400 for a key that is none.
  init(_ request: Request, _ context: LedgerContext) async throws {
    try await self.init(request, upTo: context.tenant.bodyLimit)
  }

  init(_ request: Request, upTo limit: Int) async throws {
    // Some clients name a type where they send nothing.
    let isSilent = request.headers[.contentType] == nil && !request.announcesBody
    let bytes = isSilent ? [] : try await request.jsonBytes(upTo: limit)
    body = bytes.isEmpty ? try BodyReader(.object([:])) : try BodyReader(json: bytes)
    key = try request.idempotencyKey(of: bytes)
  }
}

extension LedgerContext {
  /// Changes the ledger once for one `Idempotency-Key`.
  func write(
    _ input: V1Input, _ body: (LedgerWriter) async throws -> StoredAnswer
  ) async throws -> Response {
    let (answer, isReplay) = try await database.write(once: input.key, body)
    return Response(answer, isReplay: isReplay)
  }
}

extension UserContext {
  /// Makes something once for one `Idempotency-Key`.
  func write(
    _ input: V1Input, _ body: (UserWriter) async throws -> StoredAnswer
  ) async throws -> Response {
    let (answer, isReplay) = try await database.write(once: input.key, body)
    return Response(answer, isReplay: isReplay)
  }
}

extension Response {
  init(_ answer: StoredAnswer, isReplay: Bool) {
    var headers: HTTPFields = answer.body.isEmpty ? [:] : [.contentType: "application/json"]
    for line in answer.headers.split(separator: "\n") {
      let parts = line.split(separator: ": ", maxSplits: 1)
      // They are ours.
      if parts.count == 2, let name = HTTPField.Name(String(parts[0])) {
        headers[name] = String(parts[1])
      }
    }
    if isReplay { headers[.idempotentReplayed] = "true" }
    self.init(
      status: HTTPResponse.Status(code: answer.status), headers: headers,
      body: .init(byteBuffer: ByteBuffer(string: answer.body)))
  }
}

extension Request {
  private static let maximumKeyLength = 255

  fileprivate func idempotencyKey(of body: [UInt8]) throws -> IdempotencyKey? {
    var fingerprint = try idempotencyFingerprint()
    fingerprint?.add(body)
    return fingerprint?.key
  }

  /// What the request's `Idempotency-Key` is bound to, before its body has come; nil without a key.
  ///
  /// - Throws: `Problem` 400 for a key that is none.
  func idempotencyFingerprint() throws -> IdempotencyFingerprint? {
    try idempotencyName().map {
      IdempotencyFingerprint($0, target: "\(method.rawValue) \(uri.path)?\(uri.query ?? "")\n")
    }
  }

  /// What the client calls the request.
  ///
  /// - Throws: `Problem` 400 for a key that is none.
  func idempotencyName() throws -> String? {
    guard let text = headers[.idempotencyKey] else { return nil }
    guard (1...Self.maximumKeyLength).contains(text.utf8.count),
      text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
    else {
      throw Problem.invalid([
        .init(
          .header, field: "Idempotency-Key",
          message: "must have 1 to 255 printable ASCII characters")
      ])
    }
    return text
  }
}

/// An `Idempotency-Key`, and the hash of what is asked for with it as it comes in.
struct IdempotencyFingerprint {
  private let name: String
  private var hash = SHA256()

  fileprivate init(_ name: String, target: String) {
    self.name = name
    hash.update(data: Data(target.utf8))
  }

  mutating func add(_ bytes: [UInt8]) {
    hash.update(data: bytes)
  }

  /// The key, once all bytes are added.
  var key: IdempotencyKey {
    IdempotencyKey(key: name, requestHash: Array(hash.finalize()))
  }
}

extension HTTPField.Name {
  // Constants that are valid field names.
  static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
  static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed")!
}
