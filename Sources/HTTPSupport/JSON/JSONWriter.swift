import Foundation
import NIOCore
import Tenancy

/// Writes a JSON text, member by member.
///
/// Into an array, since a list has some thousand pieces: each write into a `ByteBuffer` costs more than
/// to copy all of it at the end.
package struct JSONWriter: ~Copyable {
  private var bytes: [UInt8] = []
  private var needsComma = false

  package init(capacity: Int = 512) {
    bytes.reserveCapacity(capacity)
  }

  /// The text so far.
  package consuming func finish() -> ByteBuffer { ByteBuffer(bytes: bytes) }

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
    bytes.append(UInt8(ascii: ":"))
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
    bytes.append(contentsOf: json)
  }

  private mutating func literal(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func open(_ bracket: Unicode.Scalar) {
    separate()
    bytes.append(UInt8(ascii: bracket))
    needsComma = false
  }

  private mutating func close(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  /// RFC 8259, section 7.
  private mutating func write(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { text in
      var start = 0
      for index in text.indices where Self.isEscaped(text[index]) {
        bytes.append(contentsOf: text[start..<index])
        write(escaping: text[index])
        start = index + 1
      }
      bytes.append(contentsOf: text[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func write(escaping byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
    case ..<0x20: bytes.append(contentsOf: "u00\(byte.hex)".utf8)
    default: bytes.append(byte)
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
