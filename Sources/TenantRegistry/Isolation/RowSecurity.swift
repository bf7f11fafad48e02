import Crypto
import Foundation
import PostgresClient
import Tenancy

/// The row-level security policy of tenants' tables: where it is required, and what it is made of.
///
/// The command, the settings and the names in SQL call it a gate.
enum RowSecurityPolicy {
  private static let mark = "terrace: row-level gate"

  /// Whether bootstrap was told that the database needs it: an expression. The database's comment
  /// says so, which its owner may write, and anybody read.
  static let isRequired = """
    coalesce(shobj_description((select oid from pg_catalog.pg_database
      where datname = current_database()), 'pg_database') = '\(mark)', false)
    """

  /// Writes down whether the database needs it.
  static func remember(_ mechanism: IsolationMechanism, database: String) -> String {
    let comment = "comment on database \(PostgresQuery.quoteIdentifier(database)) is"
    return switch mechanism {
    case .rowLevel: "\(comment) '\(mark)'"
    case .revoke: "do $do$ begin if \(isRequired) then \(comment) null; end if; end $do$"
    }
  }

  /// Gives the policy to each of the schema's tables that has none. To be repeated after
  /// migrations. The tables' owner passes by it.
  ///
  /// - Parameters:
  ///   - digest: see ``RowSecurityKey/digest``.
  ///   - admitsOwnLogins: whether the sessions of the tenant's own logins, which may switch to no
  ///     other role, pass by it as well; policies that do not know of them yet are changed. Only
  ///     tenants that have such logins get it, since a build from before refuses a policy like that.
  static func apply(
    to schema: String, digest: [UInt8], admitsOwnLogins: Bool
  ) -> PostgresQuery {
    let own = admitsOwnLogins ? "session_user ~ '\(ownLogins(of: schema))' or" : ""
    // A subselect is evaluated once for a statement, not for each row.
    return PostgresQuery(
      unsafeSQL: """
        do $do$
        declare
          name text;
          has_gate boolean;
        begin
          for name, has_gate in
            select format('%I.%I', n.nspname, c.relname), p.oid is not null
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            left join pg_catalog.pg_policy p on p.polrelid = c.oid and p.polname = 'gate'
            where n.nspname = \(PostgresQuery.quoteLiteral(schema)) and c.relkind in ('r', 'p')
              and not (c.relrowsecurity and p.oid is not null
                and (not \(admitsOwnLogins)
                  or pg_catalog.pg_get_expr(p.polqual, p.polrelid) ~ 'SESSION_USER'))
          loop
            execute format($policy$
              %s policy gate on %s using ((select \(own)
                sha256(convert_to(current_setting('terrace.k', true), 'UTF8')) = '\\x\(digest.hex)'))
              $policy$, case when has_gate then 'alter' else 'create' end, name);
            execute format('alter table %s enable row level security', name);
          end loop;
        end
        $do$
        """)
  }

  /// What matches the logins of the tenant's own deployments: see ``TenantNames``.
  private static func ownLogins(of schema: String) -> String {
    "^\(TenantNames.firstLogin(schema: schema))(__c[0-9]+)?$"
  }

  /// The tenants' tables that have no such policy, or another policy besides: a query without parameters.
  static func unprotectedTables(of roles: DatabaseRoles) -> String {
    """
    select format('%I.%I', n.nspname, c.relname)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_roles r on r.oid = n.nspowner
    where n.nspname ~ '\(roles.tenantPattern)' and r.rolname = '\(roles.owner)'
      and c.relkind in ('r', 'p', 'f', 'm')
      and not (c.relrowsecurity and 1 = (select count(*) from pg_catalog.pg_policy
        where polrelid = c.oid) and exists (select from pg_catalog.pg_policy
        where polrelid = c.oid and polcmd = '*' and polroles = '{0}' and polwithcheck is null
          and replace(pg_catalog.pg_get_expr(polqual, polrelid),
            '(SESSION_USER ~ ''^\(roles.tenantLoginPrefix)'
              || substr(n.nspname, \(roles.schemaPrefix.count + 1)) || '(__c[0-9]+)?$''::text) OR ', '')
            ~ ('^\\( SELECT \\(\\(?sha256\\(convert_to\\(current_setting\\(''terrace\\.k''::text, '
            || 'true\\), ''UTF8''::name\\)\\) = ''\\\\x[0-9a-f]{64}''::bytea\\)\\)?'
            || '( AS "[^"]*")?\\)$')))
    """
  }
}

/// The key to a tenant's rows, on a database where every role may execute `set_config`: a policy of
/// its tables shows rows only to sessions that have set `terrace.k` to it.
struct RowSecurityKey: Sendable, Equatable {
  /// The version of the shared master key that the key is derived from.
  let keyVersion: Int
  /// The SHA-256 of the key: what the tables' policies compare with.
  let digest: [UInt8]

  /// That of a new tenant.
  init?(for tenant: TenantID, _ masterKeys: MasterKeys) {
    keyVersion = masterKeys.shared.currentVersion
    guard let text = Self.text(for: tenant, version: keyVersion, masterKeys) else { return nil }
    digest = Array(SHA256.hash(data: Data(text.utf8)))
  }

  /// The setting that shows the tenant's rows; nil if that version of the shared master key is not
  /// held.
  static func setting(
    for tenant: TenantID, version: Int, _ masterKeys: MasterKeys
  ) -> SessionScope.Setting? {
    text(for: tenant, version: version, masterKeys).map { .init("terrace.k", $0) }
  }

  private static func text(
    for tenant: TenantID, version: Int, _ masterKeys: MasterKeys
  ) -> String? {
    masterKeys.shared.derive(.rowSecurity(tenant), version: version)?.bytes.base64URL
  }
}

/// What keeps one injected expression from switching to another tenant.
public enum IsolationMechanism: String, Sendable, CaseIterable {
  /// Only the logins may execute `pg_catalog.set_config`. Takes a superuser, once.
  case revoke
  /// Everybody may, and a row-level security policy of each table shows rows only to who knows the tenant's key.
  case rowLevel = "row-level"
}
