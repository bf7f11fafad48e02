import Foundation
import HTTPServer
import HTTPSupport
import Hummingbird
import Logging
import Tenancy
import TestSupport
import Testing

struct LogTests {
  /// What `write` logs, as lines of JSON.
  private static func lines(
    _ write: (LogWriter) async throws -> Void
  ) async throws -> [[String: Any]] {
    let pipe = Pipe()
    let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    try await write(writer)
    writer.flush()
    try pipe.fileHandleForWriting.close()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    return try String(decoding: data, as: UTF8.self).split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
  }

  @Test func aLineIsJSONWhateverItSays() async throws {
    let lines = try await Self.lines { writer in
      var logger = Logger(label: "test") { JSONLogHandler(label: $0, writer: writer) }
      logger[metadataKey: "hb.request.id"] = "r1"
      logger[metadataKey: "tenant"] = "acme"
      logger.warning("a \"quoted\"\nline\u{1} é", metadata: ["list": ["a", "b"], "n": "\(-5)"])
      logger.debug("hidden")
    }
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    #expect(line["msg"] as? String == "a \"quoted\"\nline\u{1} é")
    #expect(line["level"] as? String == "warning")
    #expect(line["request_id"] as? String == "r1")
    #expect(line["tenant"] as? String == "acme")
    #expect(line["n"] as? String == "-5")
    #expect((line["time"] as? String)?.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) == true)
  }

  /// Control characters, separators of lines, what turns the direction of text: escaped, and so
  /// still there for who reads the JSON.
  @Test func whatALineSaysDoesNothingToATerminal() async throws {
    let controls = (UInt32(0)...0xFFFF).compactMap { Unicode.Scalar($0) }.filter(\.isLayoutControl)
    let text = "é\"\\" + String(String.UnicodeScalarView(controls))
    let pipe = Pipe()
    let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    Logger(label: "test") { JSONLogHandler(label: $0, writer: writer) }.warning("\(text)")
    writer.flush()
    try pipe.fileHandleForWriting.close()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    let line = String(decoding: data, as: UTF8.self)
    #expect(line.unicodeScalars.filter(\.isLayoutControl) == ["\n"])
    let decoded = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    #expect((decoded?["msg"] as? String)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
  }

  @Test func aCopiedLoggerKeepsItsOwnRequest() {
    let writer = LogWriter()
    var one = Logger(label: "test") { JSONLogHandler(label: $0, writer: writer) }
    one[metadataKey: "hb.request.id"] = "1"
    var two = one
    two[metadataKey: "hb.request.id"] = "2"
    #expect(one[metadataKey: "hb.request.id"] == "1")
    #expect(two[metadataKey: "hb.request.id"] == "2")
  }

  private struct Answer: RequestHandler {
    func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
      let status: HTTPResponse.Status = request.uri.path == "/fail" ? .badGateway : .ok
      return HandledRequest(.text("", status: status), route: "/secret/{id}", label: "acme")
    }
  }

  /// The access log of some requests.
  private static func log(interval: Int, paths: [String]) async throws -> [[String: Any]] {
    try await lines { writer in
      let log = AccessLog(
        listener: "test", label: "tenant", writer: writer, interval: interval)
      try await TestListener.run(Answer(), log: log) { listener in
        for path in paths {
          _ = try await RawConnection.exchange(
            port: listener.port,
            "GET \(path) HTTP/1.1\r\nHost: a\r\nX-Access-Token: s3cret\r\nConnection: close\r\n"
              + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n")
        }
      }
    }
  }

  @Test func aRequestLeavesOneLineWithoutSecrets() async throws {
    let lines = try await Self.log(interval: 1, paths: ["/secret/s3cret?token=s3cret"])
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    #expect(line["route"] as? String == "/secret/{id}")
    #expect(line["tenant"] as? String == "acme")
    #expect(line["status"] as? Int == 200)
    #expect(line["method"] as? String == "GET")
    #expect(line["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
    #expect(line["duration_us"] is Int)
    #expect((line["request_id"] as? String)?.isEmpty == false)
    #expect(!"\(line)".contains("s3cret"))
  }

  @Test func aSampledLogHasEveryFailure() async throws {
    let paths = Array(repeating: "/ok", count: 10) + ["/fail"]
    #expect(try await Self.log(interval: 5, paths: paths).count == 3)
    #expect(try await Self.log(interval: 0, paths: paths).isEmpty)
  }
}
