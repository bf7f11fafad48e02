import CoreMetrics
import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// What TLS is spoken with: follows its files when they change. Connections keep what they began
/// with.
///
/// `terrace_tls_files_unusable` is 1 while what the files hold now cannot be used, and what they
/// held before still is.
public final class TLSContext: Service {
  private typealias Found = Result<TLSMaterial, TLSFilesError>

  private struct State {
    var found: Found
    var context: NIOSSLContext
  }

  private let files: TLSFiles
  private let role: TLSRole
  private let interval: Duration
  private let unusable: Meter
  private let logger: Logger
  private let state: Mutex<State>

  /// Reads the files.
  ///
  /// - Parameters:
  ///   - name: What the metric calls the files.
  ///   - interval: How often they are looked at again.
  public init(
    _ files: TLSFiles, role: TLSRole, name: String, interval: Duration = .seconds(10),
    metrics: any MetricsFactory = NOOPMetricsHandler.instance, logger: Logger
  ) throws(TLSFilesError) {
    self.files = files
    self.role = role
    self.interval = interval
    self.logger = logger
    unusable = Meter(
      label: "terrace_tls_files_unusable", dimensions: [("files", name)], factory: metrics)
    unusable.set(0)
    let material = try files.read()
    state = Mutex(State(found: .success(material), context: try material.context(role)))
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
    let found = look()
    // What changes while it is read may be of two kinds: it is looked at again soon.
    guard found != state.withLock({ $0.found }), found == look() else { return }
    state.withLock { $0.found = found }
    do throws(TLSFilesError) {
      let context = try found.get().context(role)
      state.withLock { $0.context = context }
      unusable.set(0)
      logger.notice("TLS files were read again", metadata: ["certificate": "\(files.certificate)"])
    } catch {
      unusable.set(1)
      logger.error(
        "changed TLS files cannot be used: those from before stay",
        metadata: ["certificate": "\(files.certificate)", "error": "\(error.part) \(error)"])
    }
  }

  private func look() -> Found {
    Found { () throws(TLSFilesError) in try files.read() }
  }
}

/// Which end of TLS somebody is, and what is asked of the other end.
public enum TLSRole: Sendable {
  /// Serves these protocols (ALPN), the preferred one first. With authorities, only to clients
  /// that show a certificate of theirs.
  case server(protocols: [String])
  /// Calls servers that show a certificate of the authorities for the name that is called.
  case client
}
