/// The modules of a QR code: its patterns, and its codewords under the mask that is read best.
struct QRGrid {
  let size: Int
  /// Row by row; true is dark.
  private(set) var modules: [Bool]
  /// Whether a module is part of a pattern or of what the code says of itself: no data lies there, and
  /// no mask applies.
  private var isReserved: [Bool]

  /// - Parameter mask: 0 to 7; nil is the one that is read best.
  init(_ codewords: [UInt8], _ version: QRVersion, mask: Int?) {
    size = version.size
    modules = Array(repeating: false, count: size * size)
    isReserved = modules
    placePatterns(version)
    placeVersion(version.number)
    placeFormat(mask: 0)
    place(codewords)
    let masks = mask.map { $0...$0 } ?? 0...7
    let grids = masks.map { masked($0) }.map { (grid: $0, penalty: $0.penalty) }
    if let best = grids.min(by: { $0.penalty < $1.penalty }) { modules = best.grid.modules }
  }

  // MARK: Patterns

  private mutating func reserve(_ row: Int, _ column: Int, _ isDark: Bool) {
    modules[row * size + column] = isDark
    isReserved[row * size + column] = true
  }

  private mutating func placePatterns(_ version: QRVersion) {
    for index in 8..<size - 8 {
      reserve(6, index, index % 2 == 0)
      reserve(index, 6, index % 2 == 0)
    }
    for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { placeFinder(row, column) }
    let last = version.alignment.last
    for row in version.alignment {
      for column in version.alignment {
        // Three of the corners have finders.
        let isFinder = row == 6 && (column == 6 || column == last) || row == last && column == 6
        if !isFinder { placeAlignment(row, column) }
      }
    }
    reserve(size - 8, 8, true)
  }

  /// A finder with its light border, by its centre.
  private mutating func placeFinder(_ row: Int, _ column: Int) {
    for down in -4...4 {
      for right in -4...4 {
        let (row, column, ring) = (row + down, column + right, max(abs(down), abs(right)))
        guard (0..<size).contains(row), (0..<size).contains(column) else { continue }
        reserve(row, column, ring != 2 && ring != 4)
      }
    }
  }

  private mutating func placeAlignment(_ row: Int, _ column: Int) {
    for down in -2...2 {
      for right in -2...2 {
        reserve(row + down, column + right, max(abs(down), abs(right)) != 1)
      }
    }
  }

  // MARK: What the code says of itself

  /// Level and mask, twice, with their BCH code.
  private mutating func placeFormat(mask: Int) {
    // Level M is 0.
    let format = (mask << 10 | Self.remainder(of: mask << 10, by: 0x537)) ^ 0x5412
    for bit in 0..<15 {
      let isDark = format >> bit & 1 == 1
      switch bit {
      case 0..<6: reserve(bit, 8, isDark)
      case 6, 7: reserve(bit + 1, 8, isDark)
      case 8: reserve(8, 7, isDark)
      default: reserve(8, 14 - bit, isDark)
      }
      if bit < 8 {
        reserve(8, size - 1 - bit, isDark)
      } else {
        reserve(size - 15 + bit, 8, isDark)
      }
    }
  }

  /// The version, twice, with its BCH code; the small ones do not say.
  private mutating func placeVersion(_ number: Int) {
    guard number >= 7 else { return }
    let version = number << 12 | Self.remainder(of: number << 12, by: 0x1F25)
    for bit in 0..<18 {
      let isDark = version >> bit & 1 == 1
      reserve(size - 11 + bit % 3, bit / 3, isDark)
      reserve(bit / 3, size - 11 + bit % 3, isDark)
    }
  }

  /// What is left of a polynomial over GF(2), divided by another.
  private static func remainder(of dividend: Int, by divisor: Int) -> Int {
    let degree = Int.bitWidth - divisor.leadingZeroBitCount
    var rest = dividend
    while true {
      let excess = Int.bitWidth - rest.leadingZeroBitCount - degree
      guard excess >= 0 else { return rest }
      rest ^= divisor << excess
    }
  }

  // MARK: Codewords

  /// Two columns at a time from the right, upwards and downwards by turns; column 6 is a pattern.
  private mutating func place(_ codewords: [UInt8]) {
    var bit = 0
    var goesUp = true
    for right in stride(from: size - 1, to: 0, by: -2).map({ $0 > 6 ? $0 : $0 - 1 }) {
      for step in 0..<size {
        let row = goesUp ? size - 1 - step : step
        for column in [right, right - 1] where !isReserved[row * size + column] {
          // The few modules that are left over stay light.
          guard bit < codewords.count * 8 else { continue }
          modules[row * size + column] = codewords[bit / 8] << UInt8(bit % 8) & 0x80 != 0
          bit += 1
        }
      }
      goesUp.toggle()
    }
  }

  private func masked(_ mask: Int) -> QRGrid {
    var grid = self
    for row in 0..<size {
      for column in 0..<size where !isReserved[row * size + column] {
        if Self.inverts(mask, row, column) { grid.modules[row * size + column].toggle() }
      }
    }
    grid.placeFormat(mask: mask)
    return grid
  }

  private static func inverts(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
    switch mask {
    case 0: (row + column) % 2 == 0
    case 1: row % 2 == 0
    case 2: column % 3 == 0
    case 3: (row + column) % 3 == 0
    case 4: (row / 2 + column / 3) % 2 == 0
    case 5: row * column % 2 + row * column % 3 == 0
    case 6: (row * column % 2 + row * column % 3) % 2 == 0
    default: ((row + column) % 2 + row * column % 3) % 2 == 0
    }
  }

  // MARK: Penalty

  /// How badly the code is read: less is better (ISO/IEC 18004, 7.8.3).
  private var penalty: Int {
    let rows = (0..<size).map { row in Array(modules[row * size..<(row + 1) * size]) }
    let columns = (0..<size).map { column in rows.map { $0[column] } }
    let lines = rows + columns
    return lines.reduce(0) { $0 + Self.runs(in: $1) + Self.finderLikes(in: $1) }
      + squares(rows) + imbalance
  }

  /// Three for five alike in a row, and one for each that follows.
  private static func runs(in line: [Bool]) -> Int {
    var (penalty, run) = (0, 1)
    for index in 1..<line.count {
      run = line[index] == line[index - 1] ? run + 1 : 1
      if run == 5 { penalty += 3 } else if run > 5 { penalty += 1 }
    }
    return penalty
  }

  private static let finder = [true, false, true, true, true, false, true]

  /// Forty for what looks like a finder with four light modules before or after it.
  private static func finderLikes(in line: [Bool]) -> Int {
    (0...line.count - 7).reduce(0) { penalty, start in
      guard line[start..<start + 7].elementsEqual(finder) else { return penalty }
      // What lies outside is the light quiet zone.
      let isClear =
        !line[max(0, start - 4)..<start].contains(true)
        || !line[start + 7..<min(line.count, start + 11)].contains(true)
      return penalty + (isClear ? 40 : 0)
    }
  }

  /// Three for each square of four alike.
  private func squares(_ rows: [[Bool]]) -> Int {
    var penalty = 0
    for row in 1..<size {
      for column in 1..<size {
        let module = rows[row][column]
        if module == rows[row - 1][column], module == rows[row][column - 1],
          module == rows[row - 1][column - 1]
        {
          penalty += 3
        }
      }
    }
    return penalty
  }

  /// Ten for each full 5 % that the share of dark modules is away from half.
  private var imbalance: Int {
    let dark = modules.count(where: \.self)
    return abs(dark * 20 - modules.count * 10) / modules.count * 10
  }
}
