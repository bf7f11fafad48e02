import HTTPSupport
import Testing

struct TraceContextTests {
  private static let traceID = "0af7651916cd43dd8448eb211c80319c"

  @Test func aChildStaysInItsTrace() throws {
    let parent = try #require(TraceContext("00-\(Self.traceID)-b7ad6b7169203331-01"))
    let child = try #require(TraceContext(parent.child().field))
    #expect(child.traceID == Self.traceID)
    #expect(child.parentID != parent.parentID)
    #expect(child.isSampled)
  }

  @Test func aLaterVersionIsReadAsFarAsItIsKnown() {
    #expect(TraceContext("cc-\(Self.traceID)-b7ad6b7169203331-00-more")?.isSampled == false)
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
