import Crypto
import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird

/// Who makes an admin request: the name of the token that came with it. The audit log and
/// operations keep it.
public struct AdminActor: Sendable, Hashable {
  public let name: String

  public init(name: String) {
    self.name = name
  }
}

/// A bearer token of the admin endpoint. Only its digest is kept.
public struct AdminToken: Sendable {
  /// Who presents it.
  public let actor: AdminActor
  private let digest: SHA256Digest

  /// - Parameter name: what the audit log calls whoever presents the token.
  public init(_ token: String, name: String = "admin") {
    actor = AdminActor(name: name)
    digest = SHA256.hash(data: Data(token.utf8))
  }

  /// Whether a request with these fields carries this token. Digests are compared, in constant time,
  /// so that timing tells neither a prefix nor the length.
  func isPresent(in fields: HTTPFields) -> Bool {
    guard let token = fields.bearerToken else { return false }
    return SHA256.hash(data: Data(token.utf8)) == digest
  }
}

/// A request on the admin listener, before anybody has looked at its token.
public struct AdminRequestContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// Set once the token is known to be good.
  fileprivate var actor: AdminActor?

  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
  }
}

/// An admin request whose token is good. A route that has one knows who asks.
public struct AdminContext: ChildRequestContext {
  public var coreContext: CoreRequestContextStorage
  public let actor: AdminActor

  /// - Throws: ``Problem`` 401 if no token was found good.
  public init(context: AdminRequestContext) throws {
    guard let actor = context.actor else { throw Problem.missingAdminToken }
    coreContext = context.coreContext
    self.actor = actor
  }
}

/// Lets only requests with an admin's bearer token through, and notes whose it is.
struct AdminTokenMiddleware: RouterMiddleware {
  let tokens: [AdminToken]

  /// - Throws: ``Problem`` 401.
  @concurrent func handle(
    _ request: Request, context: AdminRequestContext,
    next: @concurrent (Request, AdminRequestContext) async throws -> Response
  ) async throws -> Response {
    guard let token = tokens.first(where: { $0.isPresent(in: request.headers) }) else {
      throw Problem.missingAdminToken
    }
    var context = context
    context.actor = token.actor
    return try await next(request, context)
  }
}

extension Problem {
  fileprivate static let missingAdminToken = Problem(
    .unauthorized, type: "unauthorized", title: "The admin token is missing or wrong",
    headers: [.wwwAuthenticate: #"Bearer realm="terrace admin""#])
}
