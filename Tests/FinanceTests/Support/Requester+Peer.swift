import Finance
import HTTPServer
import Tenancy

extension Requester {
  /// The requester that the API makes of a client's address.
  init(tenant: TenantID, peer address: String) {
    let peer = Peer(address)
    self.init(tenant: tenant, host: peer.host, site: peer.site)
  }
}
