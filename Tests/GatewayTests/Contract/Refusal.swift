import NIOHTTP1

/// A request of the old contract, and the text that it is refused with.
struct Refusal: Sendable, CustomStringConvertible {
  let method: HTTPMethod
  let path: String
  var json: String?
  var hasToken = false
  let status: UInt
  let text: String

  var description: String { "\(method) \(path) \(json ?? "")" }

  private static let mandatory = "username and password are mandatory"
  private static let period = "Invalid time period. Supported period: last_month, current_month"
  private static let amount = "amount is mandatory and can be only of float datatype"

  static let table =
    ["/register", "/login"].flatMap { path in
      ["{}", "[]", "null", #"{"username":"eva"}"#, #"{"password":"p"}"#].map { json in
        Refusal(method: .POST, path: path, json: json, status: 400, text: mandatory)
      }
    } + [
      Refusal(
        method: .POST, path: "/register", json: #"{"username":"sam","password":"p"}"#,
        status: 409, text: "username already exists"),
      Refusal(
        method: .POST, path: "/login", json: #"{"username":"eva","password":"p"}"#,
        status: 401, text: "Login failed due to incorrect password or username"),
      Refusal(
        method: .POST, path: "/login", json: #"{"username":"sam","password":"p"}"#,
        status: 401, text: "Login failed due to incorrect password or username"),
      Refusal(
        method: .POST, path: "/transaction", json: #"{"type":"income","amount":1}"#,
        status: 401, text: "A valid access token is missing"),
      Refusal(
        method: .GET, path: "/analytics?period=last_month", status: 401,
        text: "A valid access token is missing"),
      entry(#"{"type":"income"}"#, "Type and amount are mandatory"),
      entry(#"{"type":"income","amount":0}"#, "Type and amount are mandatory"),
      entry(#"{"type":"gift","amount":"1"}"#, "Type can be income or expense"),
      entry(#"{"type":"income","amount":"1"}"#, amount),
      entry(#"{"type":"income","amount":-1}"#, amount),
      entry(
        #"{"type":"income","amount":1e999}"#, "amount can be at most 9999999999999.99 in USD"),
      entry(#"{"type":"income","amount":0.001}"#, "amount can have at most 2 decimals in USD"),
      entry(#"{"type":"income","amount":NaN}"#, "The body of the request is not valid JSON"),
      Refusal(method: .GET, path: "/analytics", hasToken: true, status: 400, text: period),
      Refusal(
        method: .GET, path: "/analytics?period=month", hasToken: true, status: 400, text: period),
    ]

  private static func entry(_ json: String, _ text: String) -> Refusal {
    Refusal(
      method: .POST, path: "/transaction", json: json, hasToken: true, status: 400, text: text)
  }
}
