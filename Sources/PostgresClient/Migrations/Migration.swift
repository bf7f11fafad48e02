/// One numbered step of a schema's history. Once released it never changes.
public struct Migration: Sendable {
  /// 1, 2, 3, … without gaps.
  public let number: Int
  /// A few words in snake case.
  public let name: String
  /// Its statements, one command each; names resolve in the schema that is migrated.
  public let statements: [String]

  public init(number: Int, name: String, statements: [String]) {
    self.number = number
    self.name = name
    self.statements = statements
  }
}
