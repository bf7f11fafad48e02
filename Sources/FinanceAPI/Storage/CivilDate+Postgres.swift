import PostgresClient

/// `date`, in ISO 8601 form.
extension CivilDate: PostgresEncodable {
  var postgresText: String { description }
}
