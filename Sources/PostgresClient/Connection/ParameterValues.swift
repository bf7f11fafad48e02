/// The parameters of a statement as libpq wants them.
enum ParameterValues {
  /// Calls `body` with the number of parameters and an array of C strings, null for NULL, that is
  /// valid only inside. No parameter may have a NUL byte.
  static func with<R>(
    _ parameters: [String?], _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> R
  ) -> R {
    guard !parameters.isEmpty else { return body(0, nil) }
    let size = parameters.reduce(0) { $0 + ($1.map { $0.utf8.count + 1 } ?? 0) }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { bytes in
      withUnsafeTemporaryAllocation(
        of: UnsafePointer<CChar>?.self, capacity: parameters.count
      ) { values in
        var offset = 0
        for (index, parameter) in parameters.enumerated() {
          guard let parameter else {
            values.initializeElement(at: index, to: nil)
            continue
          }
          // The buffer is not empty, since it has room for this parameter's terminator.
          values.initializeElement(at: index, to: UnsafePointer(bytes.baseAddress! + offset))
          for byte in parameter.utf8 {
            bytes[offset] = CChar(truncatingIfNeeded: byte)
            offset += 1
          }
          bytes[offset] = 0
          offset += 1
        }
        return body(Int32(parameters.count), UnsafePointer(values.baseAddress))
      }
    }
  }
}
