import Testing

@testable import Gateway

struct ClientAddressTests {
  @Test(
    arguments: [
      ("203.0.113.7", "203.0.113.7"),
      (" 203.0.113.7 ", "203.0.113.7"),
      // What the client sent itself stands further left.
      ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
      ("10.9.9.9,203.0.113.7, 10.1.2.3", "203.0.113.7"),
      ("203.0.113.7,10.1.2.3,10.1.2.4", "203.0.113.7"),
      // Nobody but proxies: the furthest of them.
      ("10.1.2.3,10.1.2.4", "10.1.2.3"),
      ("203.0.113.7:4711", "203.0.113.7"),
      ("2001:DB8::7", "2001:db8::7"),
      ("[2001:db8::7]", "2001:db8::7"),
      ("[2001:db8::7]:4711, fd00::1", "2001:db8::7"),
      ("::ffff:203.0.113.7", "203.0.113.7"),
      // No address: the last hop that is known.
      ("", "10.0.0.1"),
      ("unknown", "10.0.0.1"),
      ("203.0.113.7, unknown", "10.0.0.1"),
      ("203.0.113.7, unknown, 10.1.2.3", "10.1.2.3"),
      ("203.0.113.7,", "10.0.0.1"),
      (",203.0.113.7", "203.0.113.7"),
      ("203.0.113.7 10.1.2.3", "10.0.0.1"),
      ("203.0.113", "10.0.0.1"),
      ("fe80::1%eth0", "10.0.0.1"),
      ("acme.example", "10.0.0.1"),
      ("203.0.113.7:99999", "10.0.0.1"),
    ])
  func theRightmostAddressThatIsNoProxysIsTheClients(forwardedFor: String, client: String) throws {
    let trusted = try ["10.0.0.0/8", "fd00::/8"].map { try #require(AddressRange($0)) }
    #expect(
      ClientAddress.find(forwardedFor: forwardedFor, peer: "10.0.0.1", trusted: trusted) == client)
  }
}
