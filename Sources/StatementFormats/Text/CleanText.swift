import Foundation
import Tenancy

/// How many Unicode scalars of a text are kept.
package enum TextLimits {
  package static let name = 200
  package static let memo = 1000
  package static let excerpt = 200
}

extension String {
  /// Text of a file as it may be stored and shown: without controls, without marks that turn the
  /// direction of text, with single spaces, in NFC, no longer than `limit` scalars.
  init(clean bytes: some Collection<UInt8>, limit: Int) {
    if let plain = Self.alreadyClean(bytes, limit: limit) {
      self = plain
    } else {
      self.init(clean: String(decoding: bytes, as: UTF8.self), limit: limit)
    }
  }

  init(clean text: String, limit: Int) {
    if let plain = Self.alreadyClean(text.utf8, limit: limit) {
      self = plain
      return
    }
    var kept = String.UnicodeScalarView()
    var count = 0
    var needsSpace = false
    var isPrecomposed = true
    scalars: for scalar in text.unicodeScalars {
      // Nothing below U+0300 composes.
      if scalar.value >= 0x300 { isPrecomposed = false }
      switch TextKind(scalar) {
      case .space: needsSpace = count > 0
      case .dropped: continue
      case .kept:
        guard count + (needsSpace ? 1 : 0) < limit else { break scalars }
        if needsSpace {
          kept.append(" ")
          count += 1
          needsSpace = false
        }
        kept.append(scalar)
        count += 1
      }
    }
    let result = String(kept)
    guard !isPrecomposed else {
      self = result
      return
    }
    // Few characters become longer; those are cut once more.
    let composed = result.precomposedStringWithCanonicalMapping.unicodeScalars
    self = String(String.UnicodeScalarView(composed.prefix(limit)))
  }

  /// Most text is clean already, of ASCII and Latin letters: it is taken as it is.
  private static func alreadyClean(_ bytes: some Collection<UInt8>, limit: Int) -> String? {
    let isClean = bytes.withContiguousStorageIfAvailable { buffer in
      guard buffer.count <= limit else { return false }
      var previous = UInt8(ascii: " ")
      for byte in buffer {
        switch byte {
        case 0x20: guard previous != 0x20 else { return false }
        case 0x21...0x7E: guard previous < 0xC0 else { return false }
        // U+00C0 to U+02FF, which are letters: two bytes each.
        case 0xC3...0xCB: guard previous < 0xC0 else { return false }
        case 0x80...0xBF: guard previous >= 0xC3 else { return false }
        default: return false
        }
        previous = byte
      }
      return (previous != 0x20 || buffer.isEmpty) && previous < 0xC0
    }
    return isClean == true ? String(decoding: bytes, as: UTF8.self) : nil
  }

  /// The text in quotation marks, for a sentence about what is wrong with it.
  static func quoted(_ bytes: some Collection<UInt8>) -> String {
    let text = String(clean: bytes, limit: 41)
    let scalars = text.unicodeScalars
    return scalars.count > 40 ? "“\(String(scalars.prefix(40)))…”" : "“\(text)”"
  }
}

/// What becomes of a character in clean text.
private enum TextKind {
  case kept, space, dropped

  init(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x21...0x7E, 0xA1...0xAC, 0xAE...0x2FF: self = .kept
    default:
      if scalar.properties.isWhitespace {
        self = .space
      } else {
        self = scalar.isLayoutControl || scalar == "\u{FEFF}" ? .dropped : .kept
      }
    }
  }
}
