import Atomics
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

/// Random numbers for names of traces, which need to differ but not to be secret, without a system
/// call for each: SplitMix64 (https://doi.org/10.1145/2660193.2660195), begun anywhere.
struct TraceNumbers: RandomNumberGenerator, Sendable {
  private let state = ManagedAtomic(UInt64.random(in: .min ... .max))

  func next() -> UInt64 {
    var number = state.wrappingIncrementThenLoad(by: 0x9e37_79b9_7f4a_7c15, ordering: .relaxed)
    number = (number ^ number >> 30) &* 0xbf58_476d_1ce4_e5b9
    number = (number ^ number >> 27) &* 0x94d0_49bb_1331_11eb
    return number ^ number >> 31
  }
}
