import HTTPSupport
import Logging
import NIOEmbedded
import TestSupport
import Testing

@testable import HTTPServer

struct PeerTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
    ("2001:db8:1:2::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
    ("2001:DB8:1:3::9", "2001:db8:1:3::/64", "2001:db8:1::/48"),
    ("::1", "::/64", "::/48"),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ("fe80::1%eth0", "fe80::1%eth0", "fe80::1%eth0"),
    ("unix", "unix", "unix"),
  ])
  func anIPv6PeerIsItsNetworkAndAnyOtherItself(address: String, host: String, site: String) {
    #expect(Peer(address).host == host)
    #expect(Peer(address).site == site)
  }

  @Test func connectionsOfOneNetworkCountTogether() {
    let open = OpenConnections(
      limit: 10, limitPerPeer: 2, grace: .zero,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let first = Self.connection
    #expect(open.admit(first, of: "2001:db8::1"))
    #expect(open.admit(Self.connection, of: "2001:db8::2"))
    #expect(!open.admit(Self.connection, of: "2001:db8::3"))
    #expect(open.admit(Self.connection, of: "2001:db8:0:1::3"))
    open.leave(first, of: "2001:db8::1")
    #expect(open.admit(Self.connection, of: "2001:db8::3"))
  }

  private static var connection: ConnectionActivity {
    ConnectionActivity(
      channel: EmbeddedChannel(), configuration: TestListener.configuration)
  }
}
