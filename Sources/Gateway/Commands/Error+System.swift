import Foundation

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
