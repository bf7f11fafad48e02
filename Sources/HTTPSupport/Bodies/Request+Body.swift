import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat

extension Request {
  /// Bytes that a body may have where nothing else is said: 1 MiB.
  public static let bodyLimit = 1 << 20

  /// The whole body.
  ///
  /// - Throws: ``Problem`` 413 if it has more than `limit` bytes, by its announcement if it has one.
  public func readBody(upTo limit: Int = bodyLimit) async throws -> ByteBuffer {
    if let announced = headers[.contentLength].flatMap(Int.init), announced > limit {
      throw Self.tooLarge(limit)
    }
    do {
      return try await body.collect(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw Self.tooLarge(limit)
    }
  }

  /// - Throws: ``Problem`` 415 unless the body is announced as `application/json`.
  public func requireJSON() throws {
    let mediaType = headers[.contentType]?.prefix { $0 != ";" }
      .trimmingCharacters(in: .whitespaces).lowercased()
    guard mediaType == "application/json" else {
      throw Problem.status(
        .unsupportedMediaType, detail: "the body must be application/json",
        headers: [.accept: "application/json"])
    }
  }

  /// The JSON body of a new route, in which every field is known.
  ///
  /// - Throws: ``Problem``: 415 for another media type, 413 above `limit` bytes, 400 for what is
  ///   not JSON, for unknown fields, missing ones, and those of a wrong type, by name.
  public func decodeJSON<Body: StrictBody>(
    _ type: Body.Type = Body.self, upTo limit: Int = bodyLimit
  ) async throws -> Body {
    try requireJSON()
    let data = Data(buffer: try await readBody(upTo: limit))
    do {
      return try JSON.decoder.decode(Strict<Body>.self, from: data).body
    } catch let error as DecodingError {
      throw Problem(mapping: error)
    }
  }

  private static func tooLarge(_ limit: Int) -> Problem {
    .status(
      .contentTooLarge, detail: "the body must have at most \(limit) bytes",
      headers: [.connection: "close"])
  }
}
