import Foundation
import Synchronization

/// The wrong passwords of all tenants' users, as far as this process has seen them.
final class LoginGuard: Sendable {
  private let attempts = Mutex(LoginAttempts())
  private let now: @Sendable () -> Date

  init(now: @escaping @Sendable () -> Date) {
    self.now = now
  }

  /// Refuses whoever has no attempt left, before anything is hashed for him.
  ///
  /// - Throws: ``TooManyAttempts``.
  func admit(_ subject: LoginAttempts.Subject) throws(TooManyAttempts) {
    let time = now().timeIntervalSince1970
    if let seconds = attempts.withLock({ $0.wait(subject, at: time) }) {
      throw TooManyAttempts(retryAfter: seconds)
    }
  }

  /// Counts an attempt that was hashed. If it throws, nobody may learn whether it was right.
  ///
  /// - Throws: ``TooManyAttempts``, if others that ran beside it took the last one.
  func judge(_ subject: LoginAttempts.Subject, isRight: Bool) throws(TooManyAttempts) {
    let time = now().timeIntervalSince1970
    if let seconds = attempts.withLock({ $0.judge(subject, isRight: isRight, at: time) }) {
      throw TooManyAttempts(retryAfter: seconds)
    }
  }
}

/// Who asks has tried too many wrong passwords.
struct TooManyAttempts: Error {
  /// In seconds, at least 1.
  let retryAfter: Int
}
