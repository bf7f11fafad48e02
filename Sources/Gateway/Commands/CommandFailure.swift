import ArgumentParser
import EmbeddedPostgres
import Foundation
import PostgresClient

/// A command did not do what it was asked to.
struct CommandFailure: Error, CustomStringConvertible {
  /// What went wrong, in one line.
  let description: String
  var exitCode = ExitCode.failure

  init(_ description: String, exitCode: ExitCode = .failure) {
    self.description = description
    self.exitCode = exitCode
  }

  /// The failure that `error` amounts to; nil if it is the argument parser's own business.
  init?(_ error: any Error) {
    switch error {
    case let error as CommandFailure: self = error
    case let error as ConfigurationError:
      self.init(error.description, exitCode: ExitCode(EX_CONFIG))
    case let error as PostgresError:
      // Whoever runs the command may see all that the server said.
      let detail = error.detail.split(whereSeparator: \.isNewline).joined(separator: " ")
      self.init(detail.isEmpty ? error.description : "\(error.description): \(detail)")
    case is ExitCode, is CleanExit, is ValidationError: return nil
    default:
      guard Terrace.exitCode(for: error) == .failure else { return nil }
      let text = String(describing: error)
      self.init(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }
  }
}

extension Terrace {
  /// Ends the process: failures are one line on standard error.
  static func exit(reporting error: any Error) -> Never {
    var error = error
    // Help and the version: the argument parser does not look whether they could be written.
    if exitCode(for: error) == .success {
      do throws(CommandFailure) {
        try printOutput(fullMessage(for: error))
        Foundation.exit(EXIT_SUCCESS)
      } catch let failure {
        error = failure
      }
    }
    guard let failure = CommandFailure(error) else { exit(withError: error) }
    printError("terrace: \(failure)")
    Foundation.exit(failure.exitCode.rawValue)
  }
}

extension Error {
  /// The number of the system's error that an error of Foundation's is about; nil if it is about
  /// none.
  var systemError: Int32? {
    guard let cause = (self as NSError).userInfo[NSUnderlyingErrorKey] as? any Error,
      (cause as NSError).domain == NSPOSIXErrorDomain
    else { return nil }
    return Int32((cause as NSError).code)
  }

  /// What is wrong, in the system's words if it has any, such as "Permission denied".
  var systemReason: String {
    systemError.map { String(cString: strerror($0)) } ?? localizedDescription
  }
}
