/// What comparing a password with a stored hash found.
enum PasswordVerdict: Sendable {
  case wrong
  case right
  /// Right, but hashed with other parameters than new passwords: to be hashed anew.
  case rightButOutdated
}
