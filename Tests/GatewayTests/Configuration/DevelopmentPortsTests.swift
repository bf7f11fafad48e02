import TestSupport
import Testing

@testable import Gateway

@Suite struct DevelopmentPortsTests {
  @Test(arguments: [("PORT", "ADMIN_PORT"), ("PORT", "OPS_PORT"), ("ADMIN_PORT", "OPS_PORT")])
  func onePortForTwoListenersIsRefusedByBothNames(first: String, second: String) throws {
    let port = String(try Loopback.freePort())
    var environment: [String: String] = [:]
    for name in ["PORT", "ADMIN_PORT", "OPS_PORT"] {
      environment[name] = String(try Loopback.freePort())
    }
    environment[first] = port
    environment[second] = port
    let error = #expect(throws: ConfigurationError.self) {
      try DevelopmentPorts(environment: environment).apply(to: ServerConfiguration())
    }
    #expect(error?.description == "\(first) and \(second) must differ, and are both \(port)")
  }

  @Test(arguments: ["", nil])
  func anOpsPortThatIsNotAskedForMakesWay(opsPort: String?) throws {
    var server = ServerConfiguration()
    server.opsListener.port = try Loopback.freePort()
    var environment = [
      "PORT": String(server.opsListener.port), "ADMIN_PORT": String(try Loopback.freePort()),
    ]
    environment["OPS_PORT"] = opsPort
    let ports = try DevelopmentPorts(environment: environment).apply(to: server)
    #expect(ports.opsListener.port == 0)
  }
}
