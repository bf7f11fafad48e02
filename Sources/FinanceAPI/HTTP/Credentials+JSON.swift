import HTTPSupport

extension Credentials {
  /// `{"username","password"}`, of which other members are ignored.
  ///
  /// - Parameter isNew: Whether they are to be those of a new user, who may have less than users of
  ///   earlier releases have.
  /// - Throws: 400 with the text that names what is wrong.
  init(json: JSONValue, isNew: Bool = false) throws(TextError) {
    guard let username = json["username"], let password = json["password"] else {
      throw TextError(.badRequest, "username and password are mandatory")
    }
    guard isNew else {
      self.init(
        username: try username.text(of: "username", Username.init(_:)),
        password: try password.text(of: "password", Password.init(_:)))
      return
    }
    self.init(
      username: try username.text(of: "username", Username.init(new:)),
      password: try password.text(of: "password", Password.init(new:)))
  }
}

extension JSONValue {
  /// The string, as the type that `make` makes of it.
  ///
  /// - Throws: 400 with a text that names the field.
  func text<Value>(of field: String, _ make: (String) throws(TextDefect) -> Value)
    throws(TextError) -> Value
  {
    guard case .string(let text) = self else {
      throw TextError(.badRequest, "\(field) must be a string")
    }
    do {
      return try make(text)
    } catch {
      throw TextError(.badRequest, "\(field) \(error)")
    }
  }
}
