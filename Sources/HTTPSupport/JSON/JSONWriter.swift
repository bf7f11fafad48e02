import Foundation
import NIOCore
import Tenancy

/// Writes a JSON text straight into a buffer, member by member.
package struct JSONWriter: ~Copyable {
  private var buffer: ByteBuffer
  private var needsComma = false

  package init(capacity: Int = 512) {
    buffer = ByteBufferAllocator().buffer(capacity: capacity)
  }

  /// The text so far.
  package consuming func finish() -> ByteBuffer { buffer }

  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    open("{")
    body(&self)
    close("}")
  }

  package mutating func array<Element>(
    _ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void
  ) {
    open("[")
    for element in elements { write(&self, element) }
    close("]")
  }

  /// The name of the member whose value comes next.
  package mutating func name(_ name: String) {
    separate()
    write(quoted: name)
    buffer.writeStaticString(":")
    needsComma = false
  }

  package mutating func member(_ name: String, _ value: String?) {
    self.name(name)
    self.value(value)
  }

  package mutating func member(_ name: String, _ value: Bool?) {
    self.name(name)
    literal(value.map { $0 ? "true" : "false" } ?? "null")
  }

  package mutating func member(_ name: String, _ value: Int?) {
    self.name(name)
    literal(value.map { String($0) } ?? "null")
  }

  /// An id, which is a string.
  package mutating func member(_ name: String, id: Int64?) {
    member(name, id.map { String($0) })
  }

  package mutating func member(_ name: String, _ value: CivilDate?) {
    member(name, value?.description)
  }

  /// RFC 3339, in whole seconds and UTC.
  package mutating func member(_ name: String, _ value: Date?) {
    member(name, value.map(Self.text))
  }

  package mutating func member(_ name: String, object body: (inout JSONWriter) -> Void) {
    self.name(name)
    object(body)
  }

  package mutating func member<Element>(
    _ name: String, array elements: some Sequence<Element>,
    _ write: (inout JSONWriter, Element) -> Void
  ) {
    self.name(name)
    array(elements, write)
  }

  /// An element of an array.
  package mutating func value(_ text: String?) {
    guard let text else { return literal("null") }
    separate()
    write(quoted: text)
  }

  /// A value whose text another encoder has made.
  package mutating func value(encoded json: Data) {
    separate()
    buffer.writeBytes(json)
  }

  private mutating func literal(_ text: String) {
    separate()
    buffer.writeString(text)
  }

  private mutating func open(_ bracket: StaticString) {
    separate()
    buffer.writeStaticString(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: StaticString) {
    buffer.writeStaticString(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { buffer.writeStaticString(",") }
    needsComma = true
  }

  /// RFC 8259, section 7.
  private mutating func write(quoted text: String) {
    buffer.writeStaticString("\"")
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
    {
      buffer.writeString(text)
    } else {
      for scalar in text.unicodeScalars { write(escaping: scalar) }
    }
    buffer.writeStaticString("\"")
  }

  private mutating func write(escaping scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": buffer.writeStaticString("\\\"")
    case "\\": buffer.writeStaticString("\\\\")
    case "\n": buffer.writeStaticString("\\n")
    case "\t": buffer.writeStaticString("\\t")
    case _ where scalar.value < 0x20:
      buffer.writeString("\\u00" + UInt8(scalar.value).hex)
    default: buffer.writeString(String(scalar))
    }
  }

  private static func text(_ date: Date) -> String {
    let seconds = Int(date.timeIntervalSince1970.rounded(.down))
    let (days, rest) = (seconds.floorDivided(by: 86400), seconds.floorRemainder(by: 86400))
    guard let day = CivilDate(daysSinceEpoch: days) else { return date.formatted(.iso8601) }
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(day)T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
  }
}

extension Int {
  fileprivate func floorDivided(by divisor: Int) -> Int {
    (self - floorRemainder(by: divisor)) / divisor
  }

  fileprivate func floorRemainder(by divisor: Int) -> Int {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
