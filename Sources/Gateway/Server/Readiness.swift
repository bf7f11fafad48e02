import CoreMetrics
import HTTPServer
import HTTPSupport
import TenantRegistry

/// Whether the process should get requests.
struct Readiness: Sendable {
  let database: StartupCheck
  /// Nil where no tenants are served.
  let directory: TenantDirectory?
  /// Nil where tenants of no other node are served.
  let nodes: NodeWatch?
  let drain: Drain

  /// Whether what is known of the tenants can be acted upon. Shutting down does not change that.
  var isServing: Bool { database.hasPassed && directory?.isFresh == true }

  /// What does not work just now though the process is ready, in a few words each.
  func degradations() -> [String] {
    guard directory?.takesWrites == false else { return [] }
    return ["the database takes no writes"]
  }

  /// Waits until all that a process needs to serve has been there once, or the task is cancelled.
  func wait() async {
    await database.passed.wait()
    await directory?.loaded.wait()
    await nodes?.looked.wait()
  }

  /// Why the process is not ready, in a few words each; empty if it is.
  func findings() -> [String] {
    var findings: [String] = []
    if drain.hasBegun { findings.append("shutting down") }
    if !database.hasPassed { findings.append("the database has not been checked yet") }
    if let directory, !directory.isFresh {
      findings.append(
        directory.age.map { "the registry was last heard of \($0.components.seconds) s ago" }
          ?? "the registry has not been read yet")
    }
    if nodes?.hasLooked == false { findings.append("the nodes have not been looked at yet") }
    return findings
  }
}

/// The numbers that are looked up when somebody asks for them.
struct GatewayMetrics: Sendable {
  private let process: ProcessMetrics
  private let directory: TenantDirectory?
  private let age: Meter
  private let tenants: Meter

  init(directory: TenantDirectory?, factory: any MetricsFactory) {
    process = ProcessMetrics(factory: factory)
    self.directory = directory
    age = Meter(label: "terrace_registry_age_seconds", factory: factory)
    tenants = Meter(label: "terrace_registry_tenants", factory: factory)
  }

  func refresh() {
    process.refresh()
    guard let directory else { return }
    tenants.set(directory.count)
    if let known = directory.age {
      age.set(Double(known.components.seconds) + Double(known.components.attoseconds) / 1e18)
    }
  }
}
