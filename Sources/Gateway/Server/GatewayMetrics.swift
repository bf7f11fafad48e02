import CoreMetrics
import HTTPSupport
import TenantRegistry

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
