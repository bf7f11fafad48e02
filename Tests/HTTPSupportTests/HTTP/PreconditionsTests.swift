import HTTPTypes
import Testing

@testable import HTTPSupport

struct PreconditionsTests {
  @Test(
    arguments: [
      ("*", .any), (#""a""#, .tags([EntityTag("a")])), (#""""#, .tags([EntityTag("")])),
      (#"W/"a""#, .tags([EntityTag("a", isWeak: true)])),
      (#""a","b", "c""#, .tags([EntityTag("a"), EntityTag("b"), EntityTag("c")])),
      (", \t\"a\" ,,\tW/\"b\"\t, ", .tags([EntityTag("a"), EntityTag("b", isWeak: true)])),
      (#""a,b", "*""#, .tags([EntityTag("a,b"), EntityTag("*")])),
      (#""a\","!~é""#, .tags([EntityTag(#"a\"#), EntityTag("!~é")])),
    ] as [(String, EntityTagList)])
  func aListIsRead(text: String, list: EntityTagList) {
    #expect(EntityTagList(parsing: text) == list)
  }

  @Test(arguments: [
    "", " ", ",", "a", #"""#, #""a"#, #"a""#, #""a" "b""#, #""a""b""#, #""a";"b""#, "'a'",
    #"w/"a""#, #"W"a""#, #"W/ "a""#, "W/", "W/a", "W/*", "**", "*,", #"*, "a""#, #""a", *"#,
    #""a b""#, "\"a\tb\"", "\"a\u{7F}\"", "\"a\u{0}\"", #""a",b"#,
  ])
  func whatIsNoListIsRefused(text: String) {
    #expect(EntityTagList(parsing: text) == nil)
  }

  @Test func aTagIsWrittenAsItIsRead() {
    for tag in [EntityTag("a"), EntityTag("a,b", isWeak: true), EntityTag("")] {
      #expect(EntityTagList(parsing: tag.description) == .tags([tag]))
    }
  }

  /// RFC 9110, section 8.8.3.2.
  @Test(arguments: [
    (#"W/"1""#, #"W/"1""#, false, true), (#"W/"1""#, #"W/"2""#, false, false),
    (#"W/"1""#, #""1""#, false, true), (#""1""#, #"W/"1""#, false, true),
    (#""1""#, #""1""#, true, true), (#""1""#, #""2""#, false, false),
  ])
  func tagsAreCompared(first: String, second: String, strongly: Bool, weakly: Bool) throws {
    let list = try #require(EntityTagList(parsing: first))
    var text = second[...].utf8
    let tag = try #require(EntityTag(from: &text))
    #expect(list.matchesStrongly(tag) == strongly)
    #expect(list.matchesWeakly(tag) == weakly)
  }

  /// What a request for the state `"1"` comes to: section 13.2.2.
  @Test(
    arguments: [
      (nil, nil, true, false), ("*", nil, true, false), (#""1""#, nil, true, false),
      (#""2""#, nil, false, nil), (#"W/"1""#, nil, false, nil),
      (nil, "*", false, true), (nil, #""1""#, false, true), (nil, #"W/"1""#, false, true),
      (nil, #""2""#, true, false), (#""1""#, #""2""#, true, false), (#""1""#, #""1""#, false, true),
      (#""2""#, #""1""#, false, nil), (#""2""#, #""2""#, false, nil),
    ] as [(String?, String?, Bool, Bool?)])
  func aStateMeetsThemOrNot(
    ifMatch: String?, ifNoneMatch: String?, changes: Bool, isKnown: Bool?
  ) throws {
    var headers = HTTPFields()
    headers[.ifMatch] = ifMatch
    headers[.ifNoneMatch] = ifNoneMatch
    let preconditions = try Preconditions(headers)
    #expect(preconditions.isEmpty == (ifMatch == nil && ifNoneMatch == nil))
    let tag = EntityTag("1")
    #expect((try? preconditions.knows(tag)) == isKnown)
    if changes {
      try preconditions.check(tag)
    } else {
      let problem = #expect(throws: Problem.self) { try preconditions.check(tag) }
      #expect(problem?.status == .preconditionFailed)
    }
  }

  @Test func aListMayBeInSeveralFields() throws {
    var headers = HTTPFields()
    headers[values: .ifMatch] = [#""1""#, #""2", "3""#]
    for value in ["1", "2", "3"] { try Preconditions(headers).check(EntityTag(value)) }
    #expect(throws: Problem.self) { try Preconditions(headers).check(EntityTag("4")) }
  }

  @Test func everyMalformedFieldIsNamed() {
    let problem = #expect(throws: Problem.self) {
      try Preconditions([.ifMatch: "1", .ifNoneMatch: "2"])
    }
    #expect(problem?.status == .badRequest)
    #expect(problem?.errors.map(\.field) == ["If-Match", "If-None-Match"])
  }
}
