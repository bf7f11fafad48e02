import Foundation

extension Error {
  /// The system's error that an error of Foundation's is about; nil if it is about none.
  var systemError: POSIXError? { (self as? CocoaError)?.underlying as? POSIXError }

  /// What is wrong, in the system's words if it has any, such as "Permission denied".
  var systemReason: String {
    systemError.map { String(cString: strerror($0.code.rawValue)) } ?? localizedDescription
  }
}
