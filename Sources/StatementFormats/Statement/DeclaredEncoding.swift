/// The encoding that the beginning of a file declares.
enum DeclaredEncoding {
  /// By an XML prolog (`encoding="ISO-8859-1"`) or an OFX header (`ENCODING:USASCII`,
  /// `CHARSET:1252`); nil without one that is known.
  static func found(in head: ArraySlice<UInt8>) -> TextEncoding? {
    let text = String(decoding: head.prefix(1024), as: UTF8.self)
    if let prolog = text.firstMatch(of: /<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']/) {
      return TextEncoding(label: prolog.1)
    }
    guard text.contains("OFXHEADER") else { return nil }
    let encoding = text.firstMatch(of: /ENCODING:\s*([A-Za-z0-9-]+)/)
    if let encoding, let known = TextEncoding(label: encoding.1) { return known }
    let charset = text.firstMatch(of: /CHARSET:\s*([A-Za-z0-9-]+)/)
    return charset.flatMap { TextEncoding(label: $0.1) }
  }
}
