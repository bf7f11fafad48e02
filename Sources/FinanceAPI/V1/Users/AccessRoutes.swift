/// Who may come in, and what they may do: all that is not of a ledger.
struct AccessRoutes: V1Feature {
  static let fragment = PackageResources.access_openapi_json

  func add(to routes: V1Routes) {
    let environment = routes.environment
    SessionRoutes(environment: environment).add(to: routes)
    OwnAccountRoutes(environment: environment).add(to: routes)
    PersonalTokenRoutes(environment: environment).add(to: routes)
    TenantUserRoutes().add(to: routes)
    InvitationRoutes(environment: environment).add(to: routes)
  }
}
