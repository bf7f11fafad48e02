import HTTPTypes

extension HTTPFields {
  /// The token in `Authorization: Bearer` (RFC 6750, section 2.1), however the scheme is written and
  /// however many spaces follow it (RFC 9110, section 11.4). Nil if there is none, or if there are
  /// several `Authorization` fields, of which none counts.
  package var bearerToken: Substring? {
    // Not by the subscript, which joins all values into a new string.
    guard let index = firstIndex(where: { $0.name == .authorization }),
      index == lastIndex(where: { $0.name == .authorization })
    else { return nil }
    let value = self[index].value
    let scheme = value.utf8.prefix(7)
    guard scheme.elementsEqual("bearer ".utf8, by: { $0 | 0x20 == $1 }) else { return nil }
    return value[scheme.endIndex...].drop { $0 == " " }
  }
}
