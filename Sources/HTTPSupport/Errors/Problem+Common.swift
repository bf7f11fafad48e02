import HTTPTypes

extension Problem {
  /// The kind of problem that says no more than its status does.
  public static func status(
    _ status: HTTPResponse.Status, detail: String? = nil, headers: HTTPFields = [:]
  ) -> Problem {
    Problem(
      status, type: typeName(of: status), title: status.reasonPhrase, detail: detail,
      headers: headers)
  }

  /// 400, or 422, that names the fields at fault.
  public static func invalid(
    _ errors: [FieldError], status: HTTPResponse.Status = .badRequest
  ) -> Problem {
    Problem(
      status, type: "invalid-request", title: "The request is not valid",
      detail: errors.map { "\($0.field) \($0.message)" }.joined(separator: "; "), errors: errors)
  }

  /// 503 that asks the client to come back.
  ///
  /// - Parameter retryAfter: In seconds.
  public static func unavailable(
    type: String, title: String, detail: String? = nil, retryAfter: Int = 1
  ) -> Problem {
    Problem(
      .serviceUnavailable, type: type, title: title, detail: detail,
      headers: [.retryAfter: String(retryAfter)])
  }

  /// 429 that asks the client to come back.
  ///
  /// - Parameter retryAfter: In seconds, at least 1.
  public static func tooManyRequests(detail: String? = nil, retryAfter: Int = 1) -> Problem {
    status(.tooManyRequests, detail: detail, headers: [.retryAfter: String(retryAfter)])
  }

  private static func typeName(of status: HTTPResponse.Status) -> String {
    status.reasonPhrase.lowercased().replacing(" ", with: "-")
  }
}
