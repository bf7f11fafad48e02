import Foundation

/// What of a name tells payees, tags and categories apart: not its case, nor how its accents are
/// encoded.
enum NameKey {
  static func key(of name: String) -> String {
    let isASCII = name.utf8.allSatisfy { $0 < 0x80 }
    // There is only one way to write ASCII.
    return (isASCII ? name : name.precomposedStringWithCompatibilityMapping).lowercased()
  }
}
