/// Whether it is worth waiting for somebody else to migrate the tenants.
struct MigrationProgress {
  /// How long no tenant may be finished until nobody seems to be at work. What is left are tenants
  /// that could not be migrated, or came too late: they alone are answered with 503.
  static let patience = Duration.seconds(30)

  private var fewest: (behind: Int, since: ContinuousClock.Instant)?

  /// Takes note of how many tenants are still behind.
  ///
  /// - Returns: whether some have been finished lately.
  mutating func isUnderWay(behind: Int, now: ContinuousClock.Instant) -> Bool {
    guard let fewest, behind >= fewest.behind else {
      fewest = (behind, now)
      return true
    }
    return now < fewest.since + Self.patience
  }
}
