import TestSupport
import Testing

@testable import Gateway

/// What a body is announced as, over both listeners.
@Suite(.preparedDatabase) struct AnnouncedBodyTests {
  @Test(arguments: [
    "Content-Type: text/plain\r\n", "", "Content-Type: application/json; charset=utf-16\r\n",
    "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
  ])
  func aBodyThatWillBeRefusedIsNotAskedFor(fields: String) async throws {
    for length in ["Content-Length: 2", "Transfer-Encoding: chunked"] {
      try await expectFirstAnswer(415, to: "\(fields)\(length)\r\nExpect: 100-continue\r\n\r\n")
    }
  }

  @Test func aBodyThatMayBeTakenIsAskedFor() async throws {
    try await expectFirstAnswer(
      100,
      to: "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
  }

  @Test func aBodyWithAContentCodingIsRefusedThoughItIsPlainJSON() async throws {
    try await expectFirstAnswer(
      415,
      to: "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}")
  }

  private func expectFirstAnswer(_ status: Int, to rest: String) async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("acme")
      for (port, head) in [
        (server.ports.public, "POST /login HTTP/1.1\r\nHost: acme.localhost\r\n"),
        (
          server.ports.admin,
          "POST /admin/tenants HTTP/1.1\r\nHost: localhost\r\n"
            + "Authorization: Bearer \(server.adminToken)\r\n"
        ),
      ] {
        try await RawConnection.open(port: try #require(port)) { connection in
          try await connection.send(head + rest)
          let answer = try await connection.read(until: "\r\n\r\n")
          #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        }
      }
    }
  }
}
