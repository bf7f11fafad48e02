import PostgresClient
import TestSupport
import Testing

/// `sslmode`, against a server that refuses connections without TLS.
@Suite(.enabled(if: SecureServer.isBuiltWithTLS, "this PostgreSQL is built without TLS"))
struct EncryptionTests {
  private func expectRefused(_ connect: () async throws -> Bool) async {
    let error = await #expect(throws: PostgresError.self) { try await connect() }
    #expect(error?.code == .connectFailed)
  }

  @Test func theRightAuthorityAndHostConnect() async throws {
    try await SecureServer.run { server in
      let isEncrypted = try await server.isEncrypted("verify-full", authority: server.authority)
      #expect(isEncrypted)
    }
  }

  @Test func anotherAuthorityIsRefused() async throws {
    try await SecureServer.run { server in
      try await TestAuthority.run { other in
        let file = try other.authorityFile()
        await expectRefused { try await server.isEncrypted("verify-full", authority: file) }
        await expectRefused { try await server.isEncrypted("verify-ca", authority: file) }
      }
    }
  }

  @Test func anotherHostIsRefusedByNameOnly() async throws {
    try await SecureServer.run { server in
      await expectRefused {
        try await server.isEncrypted(
          host: "127.0.0.1", "verify-full", authority: server.authority)
      }
      let isEncrypted = try await server.isEncrypted(
        host: "127.0.0.1", "verify-ca", authority: server.authority)
      #expect(isEncrypted)
    }
  }

  @Test func aConnectionWithoutTLSIsRefused() async throws {
    try await SecureServer.run { server in
      await expectRefused { try await server.isEncrypted("disable") }
      let isEncrypted = try await server.isEncrypted("require")
      #expect(isEncrypted)
    }
  }
}
