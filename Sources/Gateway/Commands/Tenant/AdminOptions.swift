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
  var server = "http://127.0.0.1:\(ProcessInfo.processInfo.environment["ADMIN_PORT"] ?? "8081")"

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

  /// The endpoint, once it is sure that the token is not sent in clear text over a network.
  func client() throws -> AdminClient {
    guard let url = URLComponents(string: server), let host = url.host,
      url.path.isEmpty || url.path == "/", url.query == nil
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

  private func token() throws -> String {
    let home = ProcessInfo.processInfo.environment["TERRACE_HOME"] ?? ".terrace"
    let path = tokenFile ?? "\(home)/admin-token"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw CommandFailure("cannot read the admin token in \(path): see --token-file")
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
