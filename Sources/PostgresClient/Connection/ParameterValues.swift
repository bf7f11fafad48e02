/// The parameters of a statement as libpq wants them: C strings, null for NULL. No parameter may have
/// a NUL byte.
enum ParameterValues {
  /// Calls `body` with the number of parameters and an array of them that is valid only inside.
  static func with<R>(
    _ parameters: [String?], _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> R
  ) -> R {
    guard !parameters.isEmpty else { return body(0, nil) }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size(of: parameters)) { bytes in
      withUnsafeTemporaryAllocation(
        of: UnsafePointer<CChar>?.self, capacity: parameters.count
      ) { values in
        write(parameters, to: bytes, values)
        return body(Int32(parameters.count), UnsafePointer(values.baseAddress))
      }
    }
  }

  fileprivate static func size(of parameters: [String?]) -> Int {
    parameters.reduce(0) { $0 + ($1.map { $0.utf8.count + 1 } ?? 0) }
  }

  fileprivate static func write(
    _ parameters: [String?], to bytes: UnsafeMutableBufferPointer<CChar>,
    _ values: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>
  ) {
    var rest = UnsafeMutableRawBufferPointer(bytes)
    for (index, parameter) in parameters.enumerated() {
      guard var parameter else {
        values.initializeElement(at: index, to: nil)
        continue
      }
      // The buffer is not empty, since it has room for this parameter's terminator.
      let start = rest.baseAddress!.assumingMemoryBound(to: CChar.self)
      values.initializeElement(at: index, to: UnsafePointer(start))
      let count = parameter.withUTF8 { text in
        rest.copyMemory(from: UnsafeRawBufferPointer(text))
        return text.count
      }
      rest[count] = 0
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[(count + 1)...])
    }
  }
}

/// The parameters of a statement that is sent again and again, made once.
final class FixedParameters: @unchecked Sendable {
  // Unchecked since pointers are not Sendable; what they lead to is never changed, and freed once.
  private let bytes: UnsafeMutableBufferPointer<CChar>
  private let pointers: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>

  init(_ parameters: [String?]) {
    bytes = .allocate(capacity: ParameterValues.size(of: parameters))
    pointers = .allocate(capacity: parameters.count)
    ParameterValues.write(parameters, to: bytes, pointers)
  }

  deinit {
    bytes.deallocate()
    pointers.deallocate()
  }

  /// See ``ParameterValues/with(_:_:)``.
  func with<R>(_ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
    body(Int32(pointers.count), UnsafePointer(pointers.baseAddress))
  }
}
