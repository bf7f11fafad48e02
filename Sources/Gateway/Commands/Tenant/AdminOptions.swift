import ArgumentParser
import Foundation

/// How the admin endpoint is reached, and how its answer is shown.
struct AdminOptions: ParsableArguments {
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
  }

  @Option(
    help: ArgumentHelp(
      "The admin endpoint: https, or http on this machine.", valueName: "url"))
  var server = defaultServer

  @Option(
    help: ArgumentHelp(
      "The file that holds the admin token. (default: admin-token in TERRACE_HOME or .terrace)",
      valueName: "path"))
  var tokenFile: String?

  @Option(
    help: ArgumentHelp(
      "The PEM file of the authority that the endpoint's certificate is from. (default: the system's)",
      valueName: "path"))
  var ca: String?

  @Option(help: "How to show the answer.")
  var output = OutputFormat.table

  /// The admin listener of `terrace dev` with the same settings.
  private static var defaultServer: String {
    let port = DevelopmentPorts().text("ADMIN_PORT") ?? "8081"
    let isSecure = (try? ConfigurationSource())?.text(.adminCertificate) != nil
    // Certificates are for names.
    return isSecure ? "https://localhost:\(port)" : "http://127.0.0.1:\(port)"
  }

  /// The endpoint, once it is sure that the token is not sent in clear text over a network.
  func client() throws -> AdminClient {
    guard let url = URLComponents(string: server), let host = url.host,
      url.path.isEmpty || url.path == "/", url.query == nil, url.fragment == nil,
      url.user == nil, url.password == nil, (1...65535).contains(url.port ?? 443)
    else { throw ValidationError("--server must be a URL such as https://admin.example:8081") }
    guard url.scheme == "https" || (url.scheme == "http" && IPAddress.isLoopback(host)) else {
      throw ValidationError("--server must be https, or http on this machine: it is sent the token")
    }
    if let ca, !FileManager.default.isReadableFile(atPath: ca) {
      throw CommandFailure("cannot read the authority's certificate in \(ca): see --ca")
    }
    return AdminClient(
      server: server.hasSuffix("/") ? String(server.dropLast()) : server, token: try token(),
      authority: ca)
  }

  private func token() throws(CommandFailure) -> String {
    let file = SecretFile(path: tokenFile ?? DevelopmentHome.name() + "/admin-token")
    guard let token = try file.read() else {
      throw CommandFailure("there is no admin token in \(file.path): see --token-file")
    }
    return try file.checked(token: token)
  }
}
