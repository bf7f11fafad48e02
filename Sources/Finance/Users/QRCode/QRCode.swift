/// A QR code (ISO/IEC 18004) of some bytes: byte mode, error correction level M, versions 1 to 10.
package struct QRCode: Sendable, Equatable {
  /// The text has more bytes than a code of version 10 holds.
  package struct TextTooLong: Error {}

  /// The most bytes that a code holds.
  package static let maximumByteCount = QRVersion.all[9].byteCapacity

  /// Modules on a side, without the quiet zone.
  package let size: Int
  /// Row by row; true is dark.
  private let modules: [Bool]

  package init(_ text: String) throws(TextTooLong) {
    try self.init(text, mask: nil)
  }

  /// - Parameter mask: 0 to 7; nil is the one that is read best.
  init(_ text: String, mask: Int?) throws(TextTooLong) {
    let bytes = Array(text.utf8)
    guard let version = QRVersion.all.first(where: { $0.byteCapacity >= bytes.count }) else {
      throw TextTooLong()
    }
    let grid = QRGrid(QRCodewords.make(of: bytes, version), version, mask: mask)
    size = grid.size
    modules = grid.modules
  }

  package subscript(row: Int, column: Int) -> Bool { modules[row * size + column] }

  /// The code as an SVG image with a quiet zone of four modules, dark on white whatever lies behind.
  package var svg: String {
    let side = size + 8
    var path = ""
    for row in 0..<size {
      var column = 0
      while column < size {
        let start = column
        while column < size, self[row, column] { column += 1 }
        if column > start { path += "M\(start + 4) \(row + 4)h\(column - start)v1H\(start + 4)z" }
        column += 1
      }
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" \
      shape-rendering="crispEdges"><path fill="#fff" d="M0 0h\(side)v\(side)H0z"/>\
      <path d="\(path)"/></svg>
      """
  }
}

/// What a version of a QR code has room for at level M.
struct QRVersion: Sendable {
  /// 1 to 10.
  let number: Int
  /// Codewords for error correction in each block.
  let correctionCount: Int
  /// Codewords for data in each block; the shorter blocks come first.
  let blocks: [Int]
  /// Rows and columns of the alignment patterns' centres.
  let alignment: [Int]

  private init(_ number: Int, correction: Int, blocks: [Int], alignment: [Int]) {
    self.number = number
    correctionCount = correction
    self.blocks = blocks
    self.alignment = alignment
  }

  /// ISO/IEC 18004, tables 9 and E.1.
  static let all = [
    QRVersion(1, correction: 10, blocks: [16], alignment: []),
    QRVersion(2, correction: 16, blocks: [28], alignment: [6, 18]),
    QRVersion(3, correction: 26, blocks: [44], alignment: [6, 22]),
    QRVersion(4, correction: 18, blocks: [32, 32], alignment: [6, 26]),
    QRVersion(5, correction: 24, blocks: [43, 43], alignment: [6, 30]),
    QRVersion(6, correction: 16, blocks: [27, 27, 27, 27], alignment: [6, 34]),
    QRVersion(7, correction: 18, blocks: [31, 31, 31, 31], alignment: [6, 22, 38]),
    QRVersion(8, correction: 22, blocks: [38, 38, 39, 39], alignment: [6, 24, 42]),
    QRVersion(9, correction: 22, blocks: [36, 36, 36, 37, 37], alignment: [6, 26, 46]),
    QRVersion(10, correction: 26, blocks: [43, 43, 43, 43, 44], alignment: [6, 28, 50]),
  ]

  /// Modules on a side.
  var size: Int { 17 + 4 * number }
  /// Bits of the number of bytes.
  var lengthBits: Int { number < 10 ? 8 : 16 }
  var dataCount: Int { blocks.reduce(0, +) }
  var byteCapacity: Int { (dataCount * 8 - 4 - lengthBits) / 8 }
}
