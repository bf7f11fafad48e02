import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// What TLS is spoken with: follows its files when they change. Connections keep what they began
/// with.
public final class TLSContext: Service {
  private struct State {
    var seen: TLSMaterial
    var context: NIOSSLContext
  }

  private let files: TLSFiles
  private let role: TLSRole
  private let interval: Duration
  private let logger: Logger
  private let state: Mutex<State>

  /// Reads the files.
  ///
  /// - Parameter interval: How often they are looked at again.
  public init(
    _ files: TLSFiles, role: TLSRole, interval: Duration = .seconds(10), logger: Logger
  ) throws(TLSFilesError) {
    self.files = files
    self.role = role
    self.interval = interval
    self.logger = logger
    let material = try files.read()
    state = Mutex(State(seen: material, context: try material.context(role)))
  }

  /// Whether a client must show a certificate of the authorities.
  var demandsClientCertificates: Bool { files.authorities != nil }

  /// What a new connection begins with.
  public var current: NIOSSLContext { state.withLock { $0.context } }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: self.interval)) != nil { self.refresh() }
    }
  }

  /// Looks at the files. Those that cannot be used change nothing and are logged, once.
  func refresh() {
    do throws(TLSFilesError) {
      let material = try files.read()
      guard material != state.withLock({ $0.seen }) else { return }
      state.withLock { $0.seen = material }
      let context = try material.context(role)
      state.withLock { $0.context = context }
      logger.notice("TLS files were read again", metadata: ["certificate": "\(files.certificate)"])
    } catch {
      logger.error(
        "changed TLS files cannot be used: those from before stay",
        metadata: ["certificate": "\(files.certificate)", "error": "\(error.part) \(error)"])
    }
  }
}
