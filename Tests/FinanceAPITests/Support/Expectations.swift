import Testing

/// `#expect(value == expected)`, for values that are awaited in closures: Swift does not see that
/// a closure throws if its only `try` is inside a macro.
func expectEqual<Value: Equatable>(
  _ value: Value, _ expected: Value, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(value == expected, comment, sourceLocation: sourceLocation)
}
