import Foundation
import HTTPSupport
import TestSupport
import Testing

/// A forwarded request can be found in the logs of both sides.
struct ForwardedTraceTests {
  private static let clientsTrace = "4bf92f3577b34da6a3ce929d0e0e4736"

  /// The trace that the upstream was told, and the access log's line.
  private func forward(
    _ fields: [String], isTrusted: Bool = false
  ) async throws -> (trace: String, line: [String: String]) {
    let (pipe, head) = (Pipe(), Mailbox())
    let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    let log = AccessLog(listener: "test", writer: writer, interval: 1)
    let script: ScriptedUpstream.Script = { connection in
      head.put(try await connection.read(until: "\r\n\r\n"))
      try await connection.send("HTTP/1.1 204 No Content\r\n\r\n")
    }
    let request =
      (["GET / HTTP/1.1", "Host: acme.finance.example", "Connection: close"] + fields)
      .map { $0 + "\r\n" }.joined() + "\r\n"
    try await ForwardingGateway.run(before: script, isTrusted: isTrusted, log: log) { gateway, _ in
      _ = try await gateway.exchange(request)
    }
    writer.flush()
    try pipe.fileHandleForWriting.close()
    let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
    let line = try JSONSerialization.jsonObject(with: text) as? [String: Any] ?? [:]
    let trace = try #require(head.take().firstMatch(of: /traceparent: 00-([0-9a-f]{32})-/)).1
    return (String(trace), line.compactMapValues { $0 as? String })
  }

  @Test func theLogNamesTheTraceThatTheGatewayBegins() async throws {
    let (trace, line) = try await forward([])
    #expect(line["trace_id"] == trace)
  }

  @Test func aClientsTraceIsNotTheOneThatIsForwarded() async throws {
    let field = "traceparent: 00-\(Self.clientsTrace)-00f067aa0ba902b7-01"
    let untrusted = try await forward([field])
    #expect(untrusted.trace != Self.clientsTrace)
    #expect(untrusted.line["trace_id"] == untrusted.trace)
    let trusted = try await forward([field], isTrusted: true)
    #expect(trusted.trace == Self.clientsTrace)
    #expect(trusted.line["trace_id"] == Self.clientsTrace)
  }
}
