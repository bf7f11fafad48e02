import Foundation

/// The program of that name, as the `PATH` has it.
struct Kubectl {
  private let program: URL

  /// - Throws: ``CommandFailure`` if there is none.
  init() throws(CommandFailure) {
    let candidates = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { URL(fileURLWithPath: "\($0)/kubectl") }
    let program = candidates.first {
      FileManager.default.isExecutableFile(atPath: $0.path)
        && (try? $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) != true
    }
    guard let program else {
      throw CommandFailure(
        "kubectl is not on the PATH: it renders the overlays, patches and all, that are compared")
    }
    self.program = program
  }

  /// What `kubectl apply -k` would apply: what a folder renders to, patches and all, as a YAML
  /// stream. It may hold secrets.
  ///
  /// Blocks until kubectl is done. What that says besides goes to standard error.
  ///
  /// - Throws: ``CommandFailure`` if the folder does not render.
  func kustomize(_ folder: String) throws -> String {
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
}
