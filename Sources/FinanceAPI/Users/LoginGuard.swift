import Foundation
import Synchronization

/// The wrong passwords of all tenants' users, as far as this process has seen them.
final class LoginGuard: Sendable {
  private let attempts = Mutex(LoginAttempts())
  private let now: @Sendable () -> Date

  init(now: @escaping @Sendable () -> Date) {
    self.now = now
  }

  /// - Throws: ``TooManyAttempts``.
  func admit(_ subject: LoginAttempts.Subject) throws(TooManyAttempts) {
    let time = now().timeIntervalSince1970
    if let seconds = attempts.withLock({ $0.wait(subject, at: time) }) {
      throw TooManyAttempts(retryAfter: seconds)
    }
  }

  func fail(_ subject: LoginAttempts.Subject) {
    let time = now().timeIntervalSince1970
    attempts.withLock { $0.fail(subject, at: time) }
  }

  func succeed(_ subject: LoginAttempts.Subject) {
    let time = now().timeIntervalSince1970
    attempts.withLock { $0.succeed(subject, at: time) }
  }
}

/// Who asks has tried too many wrong passwords.
struct TooManyAttempts: Error {
  /// In seconds, at least 1.
  let retryAfter: Int
}
