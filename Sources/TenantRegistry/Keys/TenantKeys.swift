import Foundation
import Tenancy

/// The keys that were derived for a dedicated tenant, by the number of the credentials that each
/// belongs to: all that its own deployment is given of the dedicated master key.
///
/// The text form is a master key's: `<number>:<base64 of 32 bytes>`, several with commas.
public struct TenantKeys: Sendable, TenantKeySource {
  private let keys: [Int: TenantKey]

  /// - Throws: ``MasterKey/Malformed``, which never repeats the text.
  public init(parsing text: String, tenant: TenantID) throws(MasterKey.Malformed) {
    keys = try MasterKey.versions(parsing: text).0.mapValues {
      TenantKey(secret: $0, tenant: tenant)
    }
  }

  func tenantKey(_ tenant: TenantID, of holder: KeyHolder, version: Int) -> TenantKey? {
    holder.credential.flatMap { keys[$0] }
  }

  /// The text form of one key.
  static func text(_ key: Secret, credential: Int) -> String {
    "\(credential):\(Data(key.bytes).base64EncodedString())"
  }
}
