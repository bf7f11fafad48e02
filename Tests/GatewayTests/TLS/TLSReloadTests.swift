import Foundation
import NIOSSL
import TestSupport
import Testing

@testable import HTTPSupport

struct TLSReloadTests {
  @Test func newFilesCountForNewConnectionsAndOldOnesGoOn() async throws {
    try await TestAuthority.run { first in
      let files = try first.issue("server", names: ["localhost"])
      let second = try TestAuthority(folder: first.folder)
      try await SecureListener.run(files) { listener in
        try await listener.client(first.clientConfiguration(), http1: true) { old in
          #expect(await old.isServed())
          _ = try second.issue("server", names: ["localhost"])
          listener.tls.refresh()
          try await listener.client(second.clientConfiguration(), http1: true) { new in
            #expect(await new.isServed())
          }
          // It could not connect anew.
          #expect(await old.isServed())
        }
        try await listener.client(first.clientConfiguration()) { client in
          #expect(await !client.isServed())
        }
      }
    }
  }

  @Test(arguments: ["", "nonsense", "the other pair's"])
  func aBrokenPairChangesNothing(key: String) async throws {
    try await TestAuthority.run { authority in
      let files = try authority.issue("server", names: ["localhost"])
      let other = try authority.issue("other", names: ["localhost"])
      try await SecureListener.run(files) { listener in
        let text =
          key.hasPrefix("the") ? try String(contentsOfFile: other.key, encoding: .utf8) : key
        _ = try authority.write(text, "server.key")
        listener.tls.refresh()
        try FileManager.default.removeItem(atPath: files.certificate)
        listener.tls.refresh()
        try await listener.client(authority.clientConfiguration()) { client in
          #expect(await client.isServed())
        }
      }
    }
  }
}
