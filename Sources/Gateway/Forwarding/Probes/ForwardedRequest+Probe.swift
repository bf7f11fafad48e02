import HTTPTypes
import NIOHTTP1

extension ForwardedRequest {
  /// Asks a deployment at `host` whose it is.
  init(probing host: String, scheme: String) {
    hasBody = false
    expectsContinue = false
    head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: DeploymentIdentity.path,
      headers: [
        "Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": scheme, "Via": "1.1 terrace",
      ])
  }
}
