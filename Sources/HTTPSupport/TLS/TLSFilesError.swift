/// TLS cannot be spoken with these files.
public struct TLSFilesError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file at fault.
  public let part: TLSFiles.Part
  /// What is wrong with it, as a sentence without its subject.
  public let description: String
}
