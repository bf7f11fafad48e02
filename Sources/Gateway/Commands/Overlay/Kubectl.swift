import Foundation

/// The program of that name, as the `PATH` has it.
enum Kubectl {
  /// What `kubectl apply -k` would apply: what a folder renders to, patches and all, as a YAML
  /// stream. It may hold secrets.
  ///
  /// Blocks until kubectl is done. What that says besides goes to standard error.
  ///
  /// - Throws: ``CommandFailure`` if there is no kubectl, or the folder does not render.
  static func kustomize(_ folder: String) throws -> String {
    guard let program else {
      throw CommandFailure(
        "kubectl is not on the PATH: it renders the overlays, patches and all, that are compared")
    }
    let kubectl = Process()
    kubectl.executableURL = program
    kubectl.arguments = ["kustomize", folder]
    kubectl.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    kubectl.standardOutput = pipe
    try kubectl.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    kubectl.waitUntilExit()
    guard kubectl.terminationStatus == 0 else {
      throw CommandFailure("kubectl kustomize \(folder) failed")
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static var program: URL? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").lazy
      .map { "\($0)/kubectl" }.first(where: FileManager.default.isExecutableFile(atPath:))
      .map { URL(fileURLWithPath: $0) }
  }
}
