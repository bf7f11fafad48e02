import Foundation
import NIOSSL

/// The PEM files of one end of TLS.
public struct TLSFiles: Hashable, Sendable {
  /// Which of them.
  public enum Part: Sendable {
    case certificate, key, authorities
  }

  /// The certificate, and those between it and its authority.
  public var certificate: String
  public var key: String
  /// The authorities that the other end's certificate must come from.
  public var authorities: String?

  public init(certificate: String, key: String, authorities: String? = nil) {
    self.certificate = certificate
    self.key = key
    self.authorities = authorities
  }

  /// What the files hold, read whole, so that a change can be seen.
  func read() throws(TLSFilesError) -> TLSMaterial {
    TLSMaterial(
      certificate: try Self.bytes(.certificate, certificate), key: try Self.bytes(.key, key),
      authorities: try authorities.map { path throws(TLSFilesError) in
        try Self.bytes(.authorities, path)
      })
  }

  private static func bytes(_ part: Part, _ path: String) throws(TLSFilesError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TLSFilesError(part: part, description: "names \(path), which cannot be read")
    }
    return Array(data)
  }
}
