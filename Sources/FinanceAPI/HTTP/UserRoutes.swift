import HTTPServer
import HTTPSupport
import Hummingbird
import NIOCore

/// `POST /register` and `POST /login`.
struct UserRoutes: Sendable {
  let environment: FinanceEnvironment

  func add(to router: Router<FinanceContext>) {
    router.post("register", use: register)
    router.post("login", use: logIn)
  }

  @Sendable private func register(_ request: Request, _ context: FinanceContext) async throws
    -> Response
  {
    guard context.tenant.registration == .open else {
      throw Problem(
        .forbidden, type: "registration-closed", title: "Registration is closed",
        detail: "An administrator of this tenant adds its users.")
    }
    let json = try await request.legacyJSON(upTo: context.bodyLimit)
    let credentials = try Credentials(json: json, isNew: true)
    do {
      let id = try await accounts(context).register(credentials)
      return .legacyJSON(ByteBuffer(string: "{\"id\":\(id)}\n"))
    } catch is UsernameTaken {
      throw TextError(.conflict, "username already exists")
    } catch is PasswordHasher.Busy {
      throw Self.busy
    }
  }

  @Sendable private func logIn(_ request: Request, _ context: FinanceContext) async throws
    -> Response
  {
    let credentials = try Credentials(json: try await request.legacyJSON(upTo: context.bodyLimit))
    do {
      guard let claims = try await accounts(context).logIn(credentials) else {
        throw TextError(.unauthorized, "Login failed due to incorrect password or username")
      }
      let token = try await context.source.tokenIssuer.issueToken(for: claims)
      return .legacyJSON(ByteBuffer(string: "{\"token\":\"\(token)\"}\n"))
    } catch is PasswordHasher.Busy {
      throw Self.busy
    } catch let error as TooManyAttempts {
      throw Self.tooManyAttempts(error)
    }
  }

  private func accounts(_ context: FinanceContext) -> UserAccounts {
    UserAccounts(
      tenant: context.tenant, store: UserStore(database: context.database),
      hasher: environment.hasher, attempts: environment.attempts,
      peer: Peer(context.source.peer))
  }

  private static func tooManyAttempts(_ error: TooManyAttempts) -> Problem {
    Problem(
      .tooManyRequests, type: "too-many-logins", title: "Too many wrong passwords",
      detail: """
        From this address, or for this user, too many logins failed. Try again in \
        \(error.retryAfter) s. Each replica of the server counts those that come to it.
        """,
      headers: [.retryAfter: String(error.retryAfter)])
  }

  private static let busy = Problem.unavailable(
    type: "overloaded", title: "Too many logins and registrations wait", retryAfter: 2)
}
