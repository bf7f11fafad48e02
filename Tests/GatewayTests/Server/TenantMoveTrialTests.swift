import TestSupport
import Testing

@testable import Gateway

/// A tenant stays where it is for as long as its own deployment is not where the gateway looks.
struct TenantMoveTrialTests {
  @Test func aMoveToAWrongPodWaitsSaysWhyAndIsUndone() async throws {
    try await ServerFixture.run { fixture in
      let port = try Loopback.freePort()
      var configuration = fixture.configuration
      configuration.directory.name = "gateway"
      var addresses = UpstreamAddresses(isTLS: false)
      addresses.overrides["tenant-acme"] = Authority("127.0.0.1:\(port)")
      configuration.server.forwarding.addresses = addresses
      try await fixture.serve(configuration) { shared in
        for slug in ["acme", "globex"] {
          try await shared.addTenant(slug)
          try await shared.move(slug, to: "dedicated", until: 202)
        }
        let acme = try await shared.credentials(of: "acme", fixture)
        let globex = try await shared.credentials(of: "globex", fixture)
        try await fixture.serve(fixture.configuration(for: acme)) { _ in
          try await Self.wait(shared, for: "it refuses connections")
          var wrong = fixture.configuration(for: globex)
          wrong.server.publicListener.port = port
          try await fixture.serve(wrong) { _ in
            try await Self.wait(shared, for: "it is not this tenant's (421)")
            #expect(try await shared.call("acme.localhost", "/health").body == "success")
          }
          try await shared.move("acme", to: "shared", until: 200)
          #expect(try await shared.call("acme.localhost", "/health").body == "success")
        }
      }
    }
  }

  private static func wait(_ server: RunningServer, for fault: String) async throws {
    let wanted = "gateway does not reach the tenant's own deployment: \(fault)"
    try await eventually(wanted) {
      try await server.move("acme", to: "dedicated", until: 202).string("waiting_for") == wanted
    }
  }
}
