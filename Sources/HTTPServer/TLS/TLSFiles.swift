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

/// TLS cannot be spoken with these files.
public struct TLSFilesError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file at fault.
  public let part: TLSFiles.Part
  /// What is wrong with it, as a sentence without its subject.
  public let description: String
}

/// The contents of ``TLSFiles``.
struct TLSMaterial: Equatable {
  let certificate: [UInt8]
  let key: [UInt8]
  let authorities: [UInt8]?

  func context(_ role: TLSRole) throws(TLSFilesError) -> NIOSSLContext {
    let chain = try certificates(.certificate, certificate).map {
      NIOSSLCertificateSource.certificate($0)
    }
    let key = try privateKey()
    let trusted = try authorities.map { bytes throws(TLSFilesError) in
      NIOSSLTrustRoots.certificates(try certificates(.authorities, bytes))
    }
    var configuration =
      switch role {
      case .server:
        TLSConfiguration.makeServerConfiguration(
          certificateChain: chain, privateKey: .privateKey(key))
      case .client: TLSConfiguration.makeClientConfiguration()
      }
    configuration.minimumTLSVersion = .tlsv12
    if let trusted { configuration.trustRoots = trusted }
    switch role {
    case .server(let protocols):
      configuration.applicationProtocols = protocols
      if trusted != nil { configuration.certificateVerification = .noHostnameVerification }
    case .client:
      configuration.certificateChain = chain
      configuration.privateKey = .privateKey(key)
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw TLSFilesError(part: .key, description: "is not the key of the certificate")
    }
  }

  private func certificates(
    _ part: TLSFiles.Part, _ bytes: [UInt8]
  ) throws(TLSFilesError) -> [NIOSSLCertificate] {
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty
    else { throw TLSFilesError(part: part, description: "names a file without a PEM certificate") }
    return certificates
  }

  private func privateKey() throws(TLSFilesError) -> NIOSSLPrivateKey {
    guard let key = try? NIOSSLPrivateKey(bytes: key, format: .pem) else {
      throw TLSFilesError(part: .key, description: "names a file without a PEM private key")
    }
    return key
  }
}
