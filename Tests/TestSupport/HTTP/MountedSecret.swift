import Foundation
import HTTPServer
import HTTPSupport
import Testing

/// Files as Kubernetes mounts a Secret: links to files behind a link, which alone is swapped.
package struct MountedSecret {
  private let folder: URL

  /// - Parameter parent: A folder in which it gets one of its own.
  package init(in parent: URL) throws {
    folder = parent.appendingPathComponent("mounted-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  }

  package var files: TLSFiles {
    TLSFiles(certificate: path("tls.crt"), key: path("tls.key"))
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Puts these files' contents in the place of what was there.
  package func put(certificate: String, key: String) throws {
    let manager = FileManager.default
    let version = "..\(UUID().uuidString)"
    let old = try? manager.destinationOfSymbolicLink(atPath: path("..data"))
    try manager.createDirectory(atPath: path(version), withIntermediateDirectories: false)
    for (file, name) in [(certificate, "tls.crt"), (key, "tls.key")] {
      try manager.copyItem(atPath: file, toPath: path("\(version)/\(name)"))
      if old == nil {
        try manager.createSymbolicLink(atPath: path(name), withDestinationPath: "..data/\(name)")
      }
    }
    try manager.createSymbolicLink(atPath: path("..data_tmp"), withDestinationPath: version)
    try #require(rename(path("..data_tmp"), path("..data")) == 0)
    if let old { try manager.removeItem(atPath: path(old)) }
  }
}
