import CZlib

/// Compresses what is sent, as `Content-Encoding: gzip` has it.
enum Gzip {
  /// - Parameter level: 1 for the fastest to 9 for the smallest.
  /// - Returns: nil if zlib has no memory for it.
  static func compress(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
    var stream = z_stream()
    // 15 bits of window, and 16 for a header of gzip.
    guard
      deflateInit2_(
        &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      bytes.withUnsafeBufferPointer { input in
        // zlib reads only; its C has no word for that.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(bound)
        // The output has room for the worst case, so that one call is enough.
        _ = deflate(&stream, Z_FINISH)
      }
      count = bound - Int(stream.avail_out)
    }
  }
}
