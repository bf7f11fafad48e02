/// A listener that could not be opened.
public struct ListenerError: Error, Sendable, CustomStringConvertible {
  /// A line for the person who started the process.
  public let description: String
}
