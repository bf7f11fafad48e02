/// Why a request's target cannot be told.
enum BadRequest: String, Error, Equatable, Sendable {
  case missingAuthority = "the request has no Host"
  case malformedAuthority = "the request must have one well-formed Host"
  case disagreeingTarget = "the request target and Host name different hosts"
  case malformedTarget = "the request target must be a path or an http URL"
  case unsafePath = "the path is ambiguous"
  case malformedForwarding =
    "X-Forwarded-Host must be a host and X-Forwarded-Proto http or https, the right-most value of each"
}
