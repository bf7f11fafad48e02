/// Where a request goes below its tenant, and what its links start with.
struct ResolvedTarget: Equatable, Sendable {
  enum Scheme: String, Sendable {
    case http, https
  }

  /// As the client sees it.
  let scheme: Scheme
  /// As the client sees it.
  let authority: Authority
  /// `/t/<slug>` of a path URL, which every link and redirect keeps; empty otherwise.
  let prefix: String
  /// The path and the query after the prefix; it starts with a slash.
  let pathAndQuery: Substring
}
