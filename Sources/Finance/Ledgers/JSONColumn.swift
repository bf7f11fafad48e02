import Foundation
import PostgresClient

/// A value that a `jsonb` column holds whole. No statement looks into it.
struct JSONColumn<Value: Codable & Sendable>: PostgresEncodable, PostgresDecodable {
  let value: Value

  init(_ value: Value) {
    self.value = value
  }

  init?(postgresText text: UnsafeBufferPointer<UInt8>) {
    guard let value = try? JSONDecoder().decode(Value.self, from: Data(buffer: text)) else {
      return nil
    }
    self.value = value
  }

  var postgresText: String {
    // What is kept has texts, integers and names: no number that JSON lacks.
    String(decoding: try! JSONEncoder().encode(value), as: UTF8.self)
  }
}
