import HTTPServer
import HTTPSupport

/// The field `traceparent` as a gateway sends it on: https://www.w3.org/TR/trace-context/.
struct TraceParent: CustomStringConvertible, Sendable {
  private static let digits = Array("0123456789abcdef".utf8)

  let trace: TraceContext
  let description: String

  /// A new step in `trace`, or in a trace of its own.
  init(
    continuing trace: TraceContext?, using generator: inout some RandomNumberGenerator
  ) {
    self.trace =
      trace
      ?? TraceContext(traceID: Self.identifier(&generator) + Self.identifier(&generator))
    description = "00-\(self.trace.traceID)-\(Self.identifier(&generator))-01"
  }

  /// 16 hexadecimal digits, not all of them zero.
  private static func identifier(_ generator: inout some RandomNumberGenerator) -> String {
    let number = UInt64.random(in: 1...UInt64.max, using: &generator)
    return String(unsafeUninitializedCapacity: 16) { buffer in
      for index in 0..<16 { buffer[index] = digits[Int(number >> (60 - 4 * index) & 15)] }
      return 16
    }
  }
}
