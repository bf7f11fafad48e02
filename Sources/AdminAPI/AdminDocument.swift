import HTTPTypes
import Hummingbird
import NIOCore

/// The OpenAPI document of the admin API.
enum AdminDocument {
  static let body = ByteBuffer(bytes: PackageResources.openapi_json)

  static var response: Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: body))
  }

  /// Adds `GET /admin/openapi.json` to the group of `/admin`.
  static func addRoute(to admin: RouterGroup<AdminContext>) {
    admin.get("openapi.json") { _, _ in response }
  }
}
