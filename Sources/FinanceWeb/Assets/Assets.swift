import Crypto
import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that pages are made with. Its name has a hash of what is in it, so that browsers keep it for
/// ever, and get another when it changes.
struct Asset: Sendable {
  /// Such as `terrace.0a1b2c3d4e5f.css`.
  let name: String
  private let type: String
  private let plain: [UInt8]
  private let compressed: [UInt8]?

  init(_ base: String, _ ending: String, type: String, _ bytes: [UInt8]) {
    let hash = SHA256.hash(data: Data(bytes)).prefix(6).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    name = "\(base).\(hash.joined()).\(ending)"
    self.type = type
    plain = bytes
    compressed = Gzip.compress(bytes, level: 9)
  }

  var text: String { String(decoding: plain, as: UTF8.self) }

  /// What a Content-Security-Policy lets the file's text in by, written into a page.
  var policySource: String {
    "'sha256-\(Data(SHA256.hash(data: Data(plain))).base64EncodedString())'"
  }

  static let style = Asset(
    "terrace", "css", type: "text/css; charset=utf-8", PackageResources.terrace_css)
  static let script = Asset(
    "terrace", "js", type: "text/javascript; charset=utf-8", PackageResources.terrace_js)
  static let icon = Asset("icon", "svg", type: "image/svg+xml", PackageResources.icon_svg)
  static let sprite = Asset("sprite", "svg", type: "image/svg+xml", PackageResources.sprite_svg)
  static let manifest = Asset(
    "app", "webmanifest", type: "application/manifest+json",
    Array(
      String(decoding: PackageResources.app_webmanifest, as: UTF8.self)
        .replacing("icon.svg", with: icon.name).utf8))

  static let all = Dictionary(
    uniqueKeysWithValues: [style, script, icon, sprite, manifest].map { ($0.name, $0) })

  func response(to request: Request) -> Response {
    var headers: HTTPFields = [
      .contentType: type, .cacheControl: "public, max-age=31536000, immutable",
      .vary: "accept-encoding", .xContentTypeOptions: "nosniff",
    ]
    var bytes = plain
    if request.acceptsGzip, let compressed {
      bytes = compressed
      headers[.contentEncoding] = "gzip"
    }
    return Response(
      status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
