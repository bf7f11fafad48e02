import HTTPTypes
import NIOCore
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct ImportFileTests {
    @Test(arguments: [
      ("", "empty"), (" \n\n", "empty"),
      ("<!DOCTYPE html><html><body>Login</body></html>", "web page"),
      ("PK\u{3}\u{4}statement.csv", "zip archive"), ("%PDF-1.7", "PDF"),
      ("Hello, this is a letter.", "no table"), ("Date,Payee,Amount\n", "no transactions"),
      (#"{"rows":[]}"#, "did not export"), ("<?xml version='1.0'?><rss/>", "neither OFX"),
      ("<OFX>" + String(repeating: "<a>", count: 5000), ""),
    ])
    func whatIsNoStatementIsRefusedAndLeavesNothing(file: String, reason: String) async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let answer = try await sam.upload(file)
        #expect(answer.status == 400, "\(answer)")
        #expect(answer.problem == "invalid-file")
        #expect(reason.isEmpty || answer["detail"]?.contains(reason) == true, "\(answer)")
        try await expectNothing(server)
      }
    }

    @Test(arguments: [
      ("ofx", "OFX"), ("qfx", "OFX"), ("camt", "CAMT"), ("mt940", "MT940"), ("qif", "QIF"),
    ])
    func aFileThatIsNotOfItsFormatIsSaidNotToBe(format: String, name: String) async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let answer = try await sam.upload(
          "Date,Payee,Amount\n2026-05-01,Bakery,-3.00\n", to: giro, "format=\(format)")
        #expect(answer.status == 400 && answer.problem == "invalid-file", "\(answer)")
        #expect(answer["detail"] == "The file is no \(name).")
        try await expectNothing(server)
      }
    }

    private func expectNothing(_ server: FinanceServer) async throws {
      let rows = try await server.database().query(
        """
        select (select count(*) from import) + (select count(*) from import_chunk)
          + (select count(*) from import_row)
        """)
      #expect(try rows[0].decode(0, as: Int.self) == 0)
    }

    /// Longer than the chunks in which a file is kept.
    @Test func chunksDoNotMatter() async throws {
      let rows = (0..<8000).map { index in
        "2026-05-\(index % 28 < 9 ? "0" : "")\(index % 28 + 1),\"Payee, \(index) ä€\",-\(index).25\n"
      }
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let made = try await sam.upload("Date,Payee,Amount\n" + rows.joined(), to: giro)
        #expect(made["counts.new"] == "8000", "\(made)")
        #expect(made["counts.invalid"] == "0")
        let id = try #require(made["id"])
        var cursor: String?
        var payees: Set<String> = []
        for _ in 0..<3 {
          let page = try await sam.inLedger(
            .get, "imports/\(id)/rows?limit=200" + (cursor.map { "&cursor=\($0)" } ?? ""))
          for payee in page.each("transaction.payee") { payees.insert(payee ?? "") }
          cursor = page["next_cursor"]
        }
        #expect(payees.count == 600)
        #expect(payees.contains("Payee, 599 ä€"))
        let published = try await sam.inLedger(.post, "imports/\(id)/publish")
        #expect(published.status == 200)
        let sum = (0..<8000).reduce(0) { $0 + $1 * 100 + 25 }
        try await expectEqual(sam.balance(of: giro, at: "2026-12-31"), "-\(sum / 100).00")
      }
    }

    @Test func aFileThatFailsAfterItsFirstChunksLeavesNothing() async throws {
      var file = "Date,Payee,Amount\n"
      for index in 0..<8000 { file += "2026-05-01,Payee number \(index),-1.00\n" }
      file += "2026-05-01," + String(repeating: "x", count: 70_000) + ",-1.00\n"
      try await FinanceServer.run { [file] server in
        let sam = try await V1Client(server)
        let answer = try await sam.upload(file)
        #expect(answer.problem == "invalid-file", "\(answer)")
        try await expectNothing(server)
      }
    }

    @Test func theSameFileInTwoEncodingsIsTheSameRows() async throws {
      let text = "Date;Payee;Amount\n2026-05-01;Käse;-1,50\n"
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        try await sam.importFile(text, to: giro)
        let latin = text.unicodeScalars.map { UInt8($0.value) }
        let made = try await sam.upload(latin, to: giro)
        #expect(made["encoding"] == "windows-1252", "\(made)")
        #expect(made["counts.duplicate"] == "1")
      }
    }

    @Test func aFormHasOneFile() async throws {
      func part(_ name: String, _ body: String) -> String {
        "--B\r\nContent-Disposition: form-data; \(name)\r\n\r\n\(body)\r\n"
      }
      let file = part(#"name="file"; filename="a.csv""#, ImportTests.statement)
      let field = part(#"name="note""#, "hello")
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let type = "multipart/form-data; boundary=B"
        let made = try await sam.upload(
          Array((field + file + "--B--\r\n").utf8), to: giro, type: type)
        #expect(made.status == 201, "\(made)")
        #expect(made["counts.new"] == "3")
        for form in [field + "--B--\r\n", file + file + "--B--\r\n", file, "nonsense"] {
          try await expectEqual(sam.upload(Array(form.utf8), to: giro, type: type).status, 400)
        }
        try await expectEqual(
          sam.upload([], to: giro, type: "multipart/form-data").status, 400)
      }
    }

    @Test func aFormIsReadByChunksOfAnySize() throws {
      let bytes = Array(
        "--B\r\nX: filename\r\n\r\na\r\n--A\r\n-\r\n--B\r\nX: field\r\n\r\nb\r\n--B--".utf8)
      for size in 1...bytes.count {
        var form = MultipartFile(boundary: "B")
        var file: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
          file += try form.read(Array(rest.prefix(size)))
          rest = rest.dropFirst(size)
        }
        try form.finish()
        #expect(String(decoding: file, as: UTF8.self) == "a\r\n--A\r\n-", "\(size)")
      }
    }

    @Test func aRequestThatIsSentAgainMakesOneImport() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let file = Array(ImportTests.statement.utf8)
        let headers: HTTPFields = [.idempotencyKey: "k1"]
        let first = try await sam.upload(file, to: giro, headers: headers)
        let second = try await sam.upload(file, to: giro, headers: headers)
        #expect(second["id"] == first["id"])
        #expect(second.headers[.idempotentReplayed] == "true")
        try await expectEqual(sam.inLedger(.get, "imports").count(), 1)
        let other = try await sam.upload(Array("Date,x".utf8) + file, to: giro, headers: headers)
        #expect(other.status == 400 || other.status == 422, "\(other)")
      }
    }

    @Test func whatIsWrongWithTheRequestIsSaid() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let answer = try await sam.upload("x", to: "abc", "format=doc&colour=red")
        #expect(answer.errors.keys.sorted() == ["account_id", "colour", "format"])
        let unknown = try await sam.upload(ImportTests.statement, to: "999999")
        #expect(unknown.status == 404)
        let named = try await sam.upload(ImportTests.statement, to: nil, "format=mt940")
        #expect(named.problem == "invalid-file")
      }
    }
  }
}
