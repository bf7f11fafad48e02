import Foundation

/// What all tenants' manifests have in common in one cluster.
struct ManifestCluster: Sendable {
  let image: String
  let databasePeers: [DatabasePeer]
  let databasePort: Int
  /// PEM.
  let databaseAuthorities: Data
  /// What a tenant's pods are told, besides what is the same in every cluster.
  let settings: [ConfigurationKey: String]
}
