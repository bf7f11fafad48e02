/// One numbered step of a schema's history. Once released it never changes.
public struct Migration: Sendable {
  /// 1, 2, 3, … without gaps.
  public let number: Int
  /// A few words in snake case.
  public let name: String
  /// How many of the history's migrations a build must know to work on a schema that has this one:
  /// 0 if it takes nothing away that a build before it uses. One that does names the migration
  /// whose build was the first that did without, which must have been released before.
  public let needs: Int
  /// Its statements, one command each; names resolve in the schema that is migrated.
  public let statements: [String]

  public init(number: Int, name: String, needs: Int = 0, statements: [String]) {
    self.number = number
    self.name = name
    self.needs = needs
    self.statements = statements
  }
}
