import HTTPServer
import HTTPSupport
import Tenancy

/// The field `traceparent` as a gateway sends it on: https://www.w3.org/TR/trace-context/.
struct TraceParent: CustomStringConvertible, Sendable {
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
    UInt64.random(in: 1...UInt64.max, using: &generator).hex
  }
}
