import Mustache

/// A page's model as templates read it: a table in place of each struct.
///
/// Left to itself, Mustache reflects all members of a struct for each name in a template, and those of
/// each struct around it: two thirds of what the month took. Here each is reflected once.
enum TemplateModel {
  /// - Returns: nil for nil. What prints itself stays as it is.
  static func tables(of value: Any) -> Any? {
    if let text = value as? String { return text }
    if let parent = value as? any MustacheParent { return parent }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      return mirror.children.first.flatMap { tables(of: $0.value) }
    case .collection:
      return mirror.children.compactMap { tables(of: $0.value) }
    case .struct where !(value is any CustomStringConvertible):
      var table: [String: Any] = [:]
      for case (let name?, let member) in mirror.children { table[name] = tables(of: member) }
      return table
    default:
      return value
    }
  }
}
