import Crypto
import Foundation
import HTTPServer
import HTTPSupport
import NIOSSL
import X509

/// A certificate authority of a test's own, which writes what it issues into files.
package struct TestAuthority: Sendable {
  package let folder: URL
  /// Of its own, so that nobody who trusts two takes one for the other.
  private let name = "Authority \(UUID().uuidString)"
  private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
  private let certificate: Certificate

  /// Hands an authority to `body`, with a folder that is gone afterwards.
  package static func run(_ body: @Sendable (TestAuthority) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("terrace-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(TestAuthority(folder: folder))
  }

  package init(folder: URL) throws {
    self.folder = folder
    certificate = try Self.certificate(
      name, for: key.publicKey, from: (name, key)
    ) {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
      Critical(KeyUsage(keyCertSign: true))
    }
  }

  /// The path of the authority's own certificate.
  package func authorityFile() throws -> String {
    try write(certificate.serializeAsPEM().pemString, "ca-\(UUID().uuidString).pem")
  }

  /// Issues a certificate for DNS names and writes it and its key over files of that name.
  package func issue(_ file: String, names: [String]) throws -> TLSFiles {
    let key = P256.Signing.PrivateKey()
    let certificate = try Self.certificate(
      "Leaf", for: Certificate.PrivateKey(key).publicKey, from: (name, self.key)
    ) {
      SubjectAlternativeNames(names.map { .dnsName($0) })
      try ExtendedKeyUsage([.serverAuth, .clientAuth])
    }
    return TLSFiles(
      certificate: try write(certificate.serializeAsPEM().pemString, "\(file).crt"),
      key: try write(key.pemRepresentation, "\(file).key"))
  }

  /// What a client believes that knows this authority only.
  package func clientConfiguration(showing files: TLSFiles? = nil) throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    let bytes = Array(try certificate.serializeAsPEM().pemString.utf8)
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(bytes))
    if let files {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(files.certificate)
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(
        try NIOSSLPrivateKey(file: files.key, format: .pem))
    }
    return configuration
  }

  package func write(_ text: String, _ file: String) throws -> String {
    let url = folder.appendingPathComponent(file)
    try text.write(to: url, atomically: true, encoding: .utf8)
    return url.path
  }

  private static func certificate(
    _ subject: String, for key: Certificate.PublicKey,
    from issuer: (name: String, key: Certificate.PrivateKey),
    @ExtensionsBuilder _ extensions: () throws -> Result<Certificate.Extensions, any Error>
  ) throws -> Certificate {
    try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key,
      notValidBefore: Date(timeIntervalSinceNow: -3600),
      notValidAfter: Date(timeIntervalSinceNow: 3600),
      issuer: DistinguishedName { CommonName(issuer.name) },
      subject: DistinguishedName { CommonName(subject) },
      signatureAlgorithm: .ecdsaWithSHA256, extensions: Certificate.Extensions(builder: extensions),
      issuerPrivateKey: issuer.key)
  }
}
