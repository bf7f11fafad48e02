import NIOSSL

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
