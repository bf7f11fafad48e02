/// The time zone database of this machine has no such zone.
struct UnknownTimeZone: Error {
  let name: String
}
