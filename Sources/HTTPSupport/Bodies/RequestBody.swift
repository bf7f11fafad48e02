import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat

extension Request {
  /// Bytes that a body may have where nothing else is said: 1 MiB.
  public static let bodyLimit = 1 << 20

  /// How long a body may take to arrive: the idle timeout alone would let it trickle for ever.
  public static let bodyTimeout = Duration.seconds(30)

  /// The whole body.
  ///
  /// - Throws: ``Problem`` 413 if it has more than `limit` bytes, by its announcement if it has
  ///   one, and 408 if it has not arrived within `timeout`.
  public func readBody(upTo limit: Int = bodyLimit, within timeout: Duration = bodyTimeout)
    async throws -> ByteBuffer
  {
    if let announced = headers[.contentLength].flatMap(Int.init), announced > limit {
      throw Self.tooLarge(limit)
    }
    do {
      return try await Self.run(within: timeout) { [body] in
        try await body.collect(upTo: limit)
      }
    } catch is NIOTooManyBytesError {
      throw Self.tooLarge(limit)
    }
  }

  /// The JSON body of a new route, in which every field is known and there once.
  ///
  /// - Throws: ``Problem``: 415 for another media type, 413 above `limit` bytes, 400 for what is
  ///   not JSON, for unknown fields, repeated and missing ones, and those of a wrong type, by name.
  public func decodeJSON<Body: StrictBody>(
    _ type: Body.Type = Body.self, upTo limit: Int = bodyLimit
  ) async throws -> Body {
    try requireJSON()
    let body = Array(try await readBody(upTo: limit).readableBytesView)
    do {
      // Foundation's decoder takes more than RFC 8259 allows, such as a comma before a bracket, and
      // of fields with one name it takes the first.
      if let repeated = try JSONParser.repeatedMember(in: body) {
        throw Problem.invalid([.init(field: repeated, message: "is given twice")])
      }
      return try JSON.decoder.decode(Strict<Body>.self, from: Data(body)).body
    } catch is MalformedJSON {
      throw Problem.malformedJSON
    } catch let error as DecodingError {
      throw Problem(mapping: error)
    }
  }

  /// What `body` returns, or a ``Problem`` 408 if it takes longer than `timeout`.
  private static func run<Result: Sendable>(
    within timeout: Duration, _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: timeout)
        throw Problem.status(
          .requestTimeout, detail: "the body did not arrive within \(timeout.components.seconds) s",
          headers: [.connection: "close"])
      }
      defer { group.cancelAll() }
      // There are two tasks, so that there is a first.
      return try await group.next()!
    }
  }

  private static func tooLarge(_ limit: Int) -> Problem {
    .status(
      .contentTooLarge, detail: "the body must have at most \(limit) bytes",
      headers: [.connection: "close"])
  }
}

/// The body of a request whose JSON fields are all known: any other is refused by name.
///
/// Declare `enum CodingKeys: String, CodingKey, CaseIterable`.
public protocol StrictBody: Decodable {
  associatedtype CodingKeys: CodingKey & CaseIterable
}

/// Decodes a ``StrictBody`` after a look at its keys.
struct Strict<Body: StrictBody>: Decodable {
  let body: Body

  init(from decoder: any Decoder) throws {
    let known = Set(Body.CodingKeys.allCases.map(\.stringValue))
    let unknown = try decoder.container(keyedBy: AnyKey.self).allKeys
      .filter { !known.contains($0.stringValue) }
    guard unknown.isEmpty else {
      throw Problem.invalid(
        unknown.map { Problem.FieldError(field: $0.stringValue, message: "is not a known field") }
          .sorted { $0.field < $1.field })
    }
    body = try Body(from: decoder)
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(intValue: Int) { nil }
    init(stringValue: String) { self.stringValue = stringValue }
  }
}
