import Testing

@testable import Gateway

struct LoopbackTests {
  @Test(arguments: [
    "localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "::ffff:127.0.0.1",
  ])
  func whatLeadsToThisMachineIsLoopback(host: String) {
    #expect(IPAddress.isLoopback(host))
  }

  @Test(arguments: [
    "127.0.0.1.nip.io", "127.example", "127.", "localhost.example", "0.0.0.0", "::", "[::]",
    "128.0.0.1", "1.0.0.127", "::2", "fe80::1", "::ffff:10.0.0.1", "", "[]", "[127.0.0.1.nip.io]",
  ])
  func whatMayLeadElsewhereIsNot(host: String) {
    #expect(!IPAddress.isLoopback(host))
  }
}
