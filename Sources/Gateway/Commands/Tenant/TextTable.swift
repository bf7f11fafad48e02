import Tenancy

/// Rows of text whose columns are aligned by spaces. Characters that would do something to a terminal
/// are replaced.
struct TextTable: CustomStringConvertible {
  let rows: [[String]]

  init(rows: [[String]]) {
    self.rows = rows.map { $0.map(\.withoutLayoutControls) }
  }

  var description: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, text in
        column == row.count - 1
          ? text : text + String(repeating: " ", count: widths[column] - text.count)
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
