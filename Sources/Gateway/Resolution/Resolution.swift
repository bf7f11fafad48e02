import Tenancy

/// Whose request it is, as far as the request itself can tell.
enum Resolution: Equatable, Sendable {
  /// A tenant by its slug or an alias; whether there is one, the directory knows.
  case slug(Slug, ResolvedTarget)
  /// A host that may be some tenant's own domain.
  case customDomain(String, ResolvedTarget)
  /// A host for path URLs, without a tenant's prefix.
  case apex(ResolvedTarget)
  /// A name that no tenant can have.
  case unknownTenant
  case badRequest(BadRequest)
}
