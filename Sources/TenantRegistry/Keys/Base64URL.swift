import Foundation

extension [UInt8] {
  /// Base 64 with the URL alphabet and without padding (RFC 4648, section 5).
  var base64URL: String {
    Data(self).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Reads ``base64URL``; nil if `text` is nothing of the kind.
  init?(base64URL text: String) {
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
    guard let data = Data(base64Encoded: standard + padding) else { return nil }
    self.init(data)
  }
}
