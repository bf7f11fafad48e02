import Foundation

/// What of a name tells payees, tags and categories apart: not its case, nor how its accents are
/// encoded.
enum NameKey {
  static func key(of name: String) -> String {
    name.precomposedStringWithCompatibilityMapping.lowercased()
  }
}
