import HTTPSupport

/// The body of `PUT /admin/tenants/{slug}/limits`.
extension TenantLimits: StrictBody {
  /// - Throws: ``Problem`` 422 naming every field that is out of range.
  func checked() throws(Problem) -> TenantLimits {
    let fields = [
      (CodingKeys.connections, connections, 1...1000), (.queue, queue, 1...100_000),
      (.bodyBytes, bodyBytes, 1...(1 << 30)),
      (.requestsPerSecond, requestsPerSecond, 1...1_000_000),
    ]
    let errors = fields.compactMap { key, value, range -> Problem.FieldError? in
      guard let value, !range.contains(value) else { return nil }
      return .init(
        field: key.stringValue,
        message: "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    guard errors.isEmpty else { throw Problem.invalid(errors, status: .unprocessableContent) }
    return self
  }
}
