import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct ExportTests {
    @Test func everyFormatIsAFileOfItsOwnType() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let types = [
          "csv": "text/csv; charset=utf-8; header=present", "ofx": "application/x-ofx",
          "json": "application/json",
        ]
        for (format, type) in types {
          let answer = try await sam.inLedger(.get, "export?format=\(format)")
          #expect(answer.status == 200)
          #expect(answer.headers[.contentType] == type)
          #expect(
            answer.headers[.init("Content-Disposition")!]
              == """
              attachment; filename="Personal 2026-05-15.\(format)"; \
              filename*=UTF-8''Personal%202026-05-15.\(format)
              """)
        }
        #expect(try await sam.inLedger(.get, "export").headers[.contentType] == types["csv"])
      }
    }

    @Test func aStrangerGetsAProblemAndNoFile() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let eve = try await V1Client(server, user: "eve")
        for format in ["csv", "json", "ofx"] {
          let answer = try await sam.inLedger(.get, "export?format=\(format)", token: eve.token)
          #expect(answer.status == 404)
          #expect(answer.problem == "not-found")
        }
      }
    }

    @Test func whatIsWrongWithTheQueryIsSaid() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let whole = try await sam.inLedger(
          .get, "export?format=json&start_date=2026-01-01&account_id=1")
        #expect(whole.status == 400)
        #expect(
          whole.errors == [
            "start_date": "must not be given with json, which is the whole ledger",
            "account_id": "must not be given with json, which is the whole ledger",
          ])
        let wrong = try await sam.inLedger(
          .get, "export?format=pdf&start_date=2026-02-01&end_date=2026-01-01&tag=x")
        #expect(
          wrong.errors == [
            "format": "must be one of csv, json, ofx",
            "end_date": "must not be before start_date", "tag": "is not a known parameter",
          ])
        #expect(try await sam.inLedger(.get, "export?account_id=4711").status == 404)
      }
    }
  }
}

struct ExportFileNameTests {
  private func name(_ ledger: String) -> String {
    ExportFileName(ledger, from: nil, to: .first, extension: "csv").contentDisposition
  }

  @Test func aNameThatIsNoASCIIIsSentInBothForms() {
    #expect(
      name("Häuser") == """
        attachment; filename="H_user 0001-01-01.csv"; filename*=UTF-8''H%C3%A4user%200001-01-01.csv
        """)
  }

  @Test(arguments: [
    ("../../etc", "-..-etc"), ("a\"b\\c", "a-b-c"), ("a\r\nSet-Cookie: x", "a--Set-Cookie- x"),
    ("", "ledger"), (" . ", "ledger"), ("100%", "100-"), ("\u{202e}gpj", "-gpj"),
  ])
  func aNameIsNoPathAndNoSecondHeader(ledger: String, file: String) {
    #expect(name(ledger).hasPrefix("attachment; filename=\"\(file) 0001-01-01.csv\"; "))
  }
}
