import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore

/// The OpenAPI document of the admin API. Its fragments are the files of `OpenAPI`.
enum AdminDocument {
  // The fragments are compiled in, and a test puts them together.
  static let body = try! OpenAPIDocument([
    PackageResources.api_openapi_json, PackageResources.tenants_openapi_json,
    PackageResources.deployments_openapi_json, PackageResources.nodes_openapi_json,
    PackageResources.operations_openapi_json, OpenAPIDocument.shared,
  ]).body

  static var response: Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: body))
  }

  /// Adds `GET /admin/openapi.json` to the group of `/admin`.
  static func addRoute(to admin: RouterGroup<AdminContext>) {
    admin.get("openapi.json") { _, _ in response }
  }
}
