import Finance
import HTTPServer
import HTTPSupport
import Hummingbird
import NIOCore

/// `POST /register` and `POST /login`.
struct UserRoutes: Sendable {
  let environment: FinanceEnvironment

  func add(to router: Router<TenantContext>) {
    router.post("register", use: register)
    router.post("login", use: logIn)
  }

  @Sendable private func register(_ request: Request, _ context: TenantContext) async throws
    -> Response
  {
    switch context.tenant.registration {
    case .open: break
    case .inviteOnly: throw AccessError.invitationRequired
    case .closed: throw AccessError.registrationClosed
    }
    let json = try await request.legacyJSON(upTo: context.bodyLimit)
    let id = try await accounts(context).register(Credentials(json: json, isNew: true))
    return .legacyJSON(ByteBuffer(string: "{\"id\":\(id)}\n"))
  }

  @Sendable private func logIn(_ request: Request, _ context: TenantContext) async throws
    -> Response
  {
    let credentials = try Credentials(json: try await request.legacyJSON(upTo: context.bodyLimit))
    guard let claims = try await accounts(context).logIn(credentials) else {
      throw TextError(.unauthorized, "Login failed due to incorrect password or username")
    }
    let token = try await context.source.tokenIssuer.issueToken(for: claims)
    return .legacyJSON(ByteBuffer(string: "{\"token\":\"\(token)\"}\n"))
  }

  private func accounts(_ context: TenantContext) -> UserAccounts {
    UserAccounts(
      of: context.tenant, in: context.database, environment, for: context.requester)
  }
}

extension TenantContext {
  /// Whose guesses are counted, and who waits for passwords to be hashed.
  var requester: Requester {
    let peer = Peer(source.peer)
    return Requester(tenant: tenant.id, host: peer.host, site: peer.site)
  }
}

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
  func text<Value>(of field: String, _ make: (String) throws(InvalidText) -> Value)
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
