import Finance
import Foundation
import TenantRegistry

/// What `terrace dev` prints once it serves: where everything is, and what to try first.
struct DevelopmentBanner: CustomStringConvertible {
  let ports: ServerPorts
  let server: ServerConfiguration
  let home: DevelopmentHome

  var description: String {
    """
    Terrace is running, with two demo tenants. Ctrl-C stops it; \(folder) keeps its data.

    \(tenants)

    A user's first minute at acme:

      curl \(user)/health
      curl \(user)/register -H 'Content-Type: application/json' \\
        -d '{"username":"you@example.com","password":"a long password"}'
      TOKEN=$(curl -s \(user)/login -H 'Content-Type: application/json' \\
        -d '{"username":"you@example.com","password":"a long password"}' | cut -d '"' -f 4)
      curl \(user)/transaction -H "x-access-token: $TOKEN" \\
        -H 'Content-Type: application/json' \\
        -d '{"type":"income","amount":1250.50,"description":"first pay"}'
      curl "\(user)/analytics?period=current_month" -H "x-access-token: $TOKEN"

    A household's year is in each tenant: docs/api.md goes through a week of it, and
    \(user)/docs describes every operation.

    The admin's, at \(admin) with the token in \(folder)/admin-token:

      curl \(admin)/admin/tenants \\
        -H "Authorization: Bearer $(cat \(folder)/admin-token)" \\
        -H 'Content-Type: application/json' -d '{"slug":"initech","display_name":"Initech"}'
      curl \(urls.baseURL(slug: "initech"))/health

    Health and metrics: http://localhost:\(ports.ops ?? 0)/readyz and /metrics

    """
  }

  private var urls: TenantURLs {
    TenantURLs(scheme: server.publicScheme, baseDomain: "localhost", port: ports.public)
  }
  private var user: String { urls.baseURL(slug: "acme") }
  private var admin: String { "\(server.adminScheme)://localhost:\(ports.admin ?? 0)" }

  private var tenants: String {
    TextTable(
      rows: DemoRecording.tenants.map {
        ["  \($0.slug)", urls.baseURL(slug: $0.slug), urls.pathURL(slug: $0.slug)]
      } + [["  the demo user of both", DemoSession.username, DemoSession.password]]
    ).description
  }

  /// The home as a person would type it.
  private var folder: String {
    let current = FileManager.default.currentDirectoryPath + "/"
    return home.path.hasPrefix(current) ? String(home.path.dropFirst(current.count)) : home.path
  }
}
