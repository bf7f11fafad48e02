/// Comparisons whose time says nothing of where two secrets differ.
public enum ConstantTime {
  /// Whether two secrets are equal. The time depends on the length of `candidate` alone.
  public static func equal(_ candidate: some Collection<UInt8>, _ secret: some Collection<UInt8>)
    -> Bool
  {
    let secret = Array(secret)
    var difference = candidate.count ^ secret.count
    for (index, byte) in candidate.enumerated() {
      let other = secret.isEmpty ? 0 : secret[index % secret.count]
      difference |= Int(byte ^ other)
    }
    return difference == 0
  }
}
