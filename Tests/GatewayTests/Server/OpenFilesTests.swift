import Glibc
import TestSupport
import Testing

@testable import Gateway

@Suite(.preparedDatabase) struct OpenFilesTests {
  private static let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  private static var current: rlimit {
    var limit = rlimit()
    getrlimit(kind, &limit)
    return limit
  }

  @Test func aServerMayOpenAsManyFilesAsItCanBeAllowed() async throws {
    var limit = Self.current
    limit.rlim_cur = limit.rlim_max - 1
    let status = setrlimit(Self.kind, &limit)
    try #require(status == 0)
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { _ in
      let raised = Self.current
      #expect(raised.rlim_cur == raised.rlim_max)
    }
  }

  @Test func aServerThatMayHaveMoreConnectionsThanFilesSaysSo() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    let log = RecordedLog()
    var configuration = fixture.configuration
    configuration.server.maximumConnections = .max
    try await fixture.serve(configuration, logger: log.logger) { _ in }
    let lines = log.text.split(separator: "\n").filter { $0.contains("fewer files") }
    #expect(lines.count == 1)
    #expect(lines.first?.contains("\(Int.max)") == true)
    #expect(lines.first?.contains("\(Self.current.rlim_max)") == true)
  }

  @Test func aServerWithFilesEnoughSaysNothing() {
    let log = RecordedLog()
    OpenFiles(limit: 134).check(maximumConnections: 100, log.logger)
    #expect(log.text.isEmpty)
  }
}
