import TestSupport
import Testing

@testable import Gateway

/// Requests whose client has closed its sending half, at a running server: what they do in the
/// database is not cancelled.
@Suite(.preparedDatabase) struct HalfClosedRequestTests {
  private static func ask(_ port: Int, _ head: String, _ body: String = "") async throws -> String {
    try await RawConnection.open(port: port) { connection in
      try await connection.send("\(head)\r\nHost: half.localhost\r\n\r\n\(body)")
      try await connection.closeSendingHalf()
      return try await connection.readToEnd()
    }
  }

  private static func post(_ path: String, _ token: String, _ body: String) -> String {
    "POST \(path) HTTP/1.1\r\nContent-Type: application/json\r\nx-access-token: \(token)\r\n"
      + "Content-Length: \(body.utf8.count)"
  }

  @Test func allAreAnswered() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("half")
      let token = try await server.logIn("half.localhost")
      let port = try #require(server.ports.public)
      let login = #"{"username":"sam","password":"correct horse"}"#
      let income = #"{"type":"income","amount":1}"#
      for _ in 1...20 {
        let requests = [
          ("GET /analytics?period=current_month HTTP/1.1\r\nx-access-token: \(token)", ""),
          (Self.post("/transaction", token, income), income),
          (Self.post("/login", "", login), login),
        ]
        for (head, body) in requests {
          let answer = try await Self.ask(port, head, body)
          #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(head): \(answer)")
        }
      }
      let analytics = try await server.call(
        "half.localhost", "/analytics?period=current_month", token: token)
      #expect(analytics.body.contains("20"), "\(analytics.body)")
    }
  }
}
