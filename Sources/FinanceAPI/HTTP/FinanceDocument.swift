import Hummingbird
import NIOCore

/// The OpenAPI document of a tenant's API. It tells nothing of the tenant, and is for everybody.
///
/// Its media type is `application/json`, not `application/openapi+json`: all tools read it, and a
/// browser shows it in place of storing it.
enum FinanceDocument {
  private static let body = ByteBuffer(bytes: PackageResources.openapi_json)

  static var response: Response { .legacyJSON(body) }
}
