import HTTPServer
import HTTPSupport
import Testing

struct TraceContextTests {
  private static let traceID = "0af7651916cd43dd8448eb211c80319c"

  @Test(arguments: ["00-\(traceID)-b7ad6b7169203331-01", "cc-\(traceID)-b7ad6b7169203331-00-more"])
  func theTraceIsReadAlsoFromLaterVersions(field: String) {
    #expect(TraceContext(field)?.traceID == Self.traceID)
  }

  @Test(arguments: [
    "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
  ])
  func whatIsMalformedIsIgnored(field: String) {
    #expect(TraceContext(field) == nil)
  }
}
