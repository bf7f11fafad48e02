import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// A name in the cluster may not lead to this machine, or to where clouds keep credentials.
struct ForbiddenAddressTests {
  private static let upstream = Upstream(serverName: "a.svc", host: "a.svc", port: 1)

  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.0.1", "169.254.169.254", "169.254.170.2",
    "224.0.0.1", "239.255.255.255", "255.255.255.255", "168.63.129.16", "100.100.100.200",
    "192.0.0.192",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0", "::127.0.0.1",
    "::169.254.169.254", "64:ff9b::169.254.169.254", "fe80::1", "febf::1", "ff02::1",
    "fd00:ec2::254", "fd20:ce::254",
  ])
  func noServiceIsThere(address: String) throws {
    #expect(!Self.upstream.mayBe(at: try SocketAddress(ipAddress: address, port: 1)))
  }

  @Test(arguments: [
    "10.96.0.10", "172.20.0.1", "192.168.1.1", "100.64.0.1", "203.0.113.7", "::ffff:10.96.0.10",
    "fd00::10", "fd12:3456::1", "fd20:ce::253", "2001:db8::1",
  ])
  func aServiceMayBeThere(address: String) throws {
    #expect(Self.upstream.mayBe(at: try SocketAddress(ipAddress: address, port: 1)))
  }

  @Test func aConnectionWithoutAnAddressIsNone() throws {
    #expect(!Self.upstream.mayBe(at: nil))
    #expect(!Self.upstream.mayBe(at: try SocketAddress(unixDomainSocketPath: "/run/a")))
  }

  @Test func onlyTheConfigurationMaySayOtherwise() throws {
    let override = Upstream(serverName: "a.svc", host: "127.0.0.1", port: 1)
    #expect(override.mayBe(at: try SocketAddress(ipAddress: "127.0.0.1", port: 1)))
  }

  /// What is looked at is where the connection leads, not what a resolver said before.
  @Test(arguments: ["localhost", "127.0.0.1"])
  func nothingIsSentThere(host: String) async throws {
    let received = Mailbox()
    let closed = Signal()
    let script: ScriptedUpstream.Script = { connection in
      received.put(try await connection.readToEnd())
      closed.send()
    }
    try await ScriptedUpstream.run(script) { upstream in
      try await ForwardingGateway.run(before: upstream.port, as: host, at: host) { gateway in
        let answer = try await gateway.get()
        #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
        #expect(answer.contains("/problems/upstream-unreachable"))
      }
      await closed.wait()
    }
    #expect(received.take().isEmpty)
  }
}
