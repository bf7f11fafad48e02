/// What one scrypt hash costs (RFC 7914): about 128·N·r bytes, for a time that grows with N·r·p.
package struct ScryptParameters: Hashable, Sendable {
  /// N, a power of two.
  package let cost: Int
  /// r.
  package let blockSize: Int
  /// p.
  package let parallelism: Int

  /// What new hashes use: one of the settings that OWASP's Password Storage Cheat Sheet holds equal
  /// in strength, the one of 32 MiB.
  package static let standard = ScryptParameters(cost: 1 << 15, blockSize: 8, parallelism: 3)

  package init(cost: Int, blockSize: Int, parallelism: Int) {
    self.cost = cost
    self.blockSize = blockSize
    self.parallelism = parallelism
  }

  private var work: Int { cost * blockSize * parallelism }

  /// The work that each wrong password costs, whatever it is compared with: that of the dearest hash
  /// that may be stored, if these are ``standard``.
  var ceiling: ScryptParameters {
    ScryptParameters(cost: cost, blockSize: blockSize, parallelism: (parallelism * 4 + 2) / 3)
  }

  /// What one more hash must have, so that it and one with `others` together do as much work as one
  /// with these: exactly if the sizes are usual ones, otherwise to a hundredth. Nil if nothing is
  /// left.
  func remainder(after others: ScryptParameters) -> ScryptParameters? {
    let missing = work - others.work
    var cost = cost
    while missing % (cost * blockSize) != 0, cost > max(2, self.cost / 16) { cost /= 2 }
    let unit = cost * blockSize
    let parallelism = (missing + unit / 2) / unit
    guard parallelism > 0 else { return nil }
    return ScryptParameters(cost: cost, blockSize: blockSize, parallelism: parallelism)
  }

  /// Whether a stored hash may make this process do the work: at most that of the dearest of the
  /// settings that OWASP holds equal in strength, of 128 MiB, which is a third more than that of
  /// ``standard``. Wrong passwords are made to cost that much; a dearer hash would tell by its time
  /// that it is there. (swift-crypto computes too small a memory limit for r over 16.)
  var isBearable: Bool {
    (2...1 << 17).contains(cost) && cost.nonzeroBitCount == 1 && (1...16).contains(blockSize)
      && (1...16).contains(parallelism)
      && work <= 1 << 20
  }
}
