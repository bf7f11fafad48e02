/// This process was given credentials that do not belong together, or that were revoked.
public struct CredentialError: Error, Equatable, CustomStringConvertible {
  public let description: String
}
