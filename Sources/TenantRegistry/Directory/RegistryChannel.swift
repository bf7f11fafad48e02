/// The NOTIFY channel that carries the number of each new revision. Anyone in the database could
/// forge a notification: it is a hint to look, and nothing more.
enum RegistryChannel {
  static let name = "terrace_registry"
}
