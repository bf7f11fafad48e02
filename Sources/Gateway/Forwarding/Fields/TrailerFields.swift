/// Which fields may come after a body: none by which the message is read, routed, authenticated or
/// kept, since all that has been done by then: RFC 9110, section 6.5.1.
enum TrailerFields {
  /// - Parameter name: In lower case.
  static func mayPass(_ name: String) -> Bool {
    switch name {
    case "content-length", "content-encoding", "content-type", "content-range", "host",
      "cache-control", "expect", "max-forwards", "pragma", "range", "authorization", "cookie",
      "set-cookie", "www-authenticate", "age", "date", "expires", "location", "retry-after", "vary",
      "warning":
      false
    default: !name.hasPrefix("if-") && !HopByHopFields.isStandard(name)
    }
  }
}
