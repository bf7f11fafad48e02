import NIOCore

@testable import Gateway

extension ForwardingConfiguration {
  /// As by default, but a busy machine may take its time to connect.
  static var patient: ForwardingConfiguration {
    var configuration = ForwardingConfiguration()
    configuration.connectTimeout = .seconds(30)
    return configuration
  }
}
