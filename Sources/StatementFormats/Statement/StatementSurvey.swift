/// The first pass over a file: tells its format and encoding, and guesses how its columns are read.
///
/// It looks at every byte, because only the whole file tells whether `03/04/2026` is in March or
/// whether `3.000` is three. It keeps no more than the file's first 64 KiB and what columns look like.
package struct StatementSurvey {
  private static let headLimit = 64 << 10

  private enum Profile {
    case csv(CSVReader, CSVProfile)
    case qif(QIFProfile)
    /// The format tells all itself.
    case none
  }

  private let expected:
    (format: StatementFormat?, encoding: TextEncoding?, separator: CSVSeparator?)
  private var bytes = EncodingSurvey()
  /// The beginning of the file, until there is enough of it to tell the format.
  private var head: [UInt8]? = []
  private var declared: TextEncoding?
  private var decoder = TextDecoder(.utf8)
  private var format = StatementFormat.csv
  private var profile = Profile.none

  /// A survey that finds out all of it, but for what a person has told.
  package init(
    format: StatementFormat? = nil, encoding: TextEncoding? = nil, separator: CSVSeparator? = nil
  ) {
    expected = (format, encoding, separator)
  }

  /// - Throws: `StatementFileError` once it is clear that the file is no statement.
  package mutating func read(_ chunk: ArraySlice<UInt8>) throws(StatementFileError) {
    let beginning = chunk.prefix(Self.headLimit - min(head?.count ?? .max, Self.headLimit))
    if head != nil {
      bytes.look(at: beginning)
      head? += beginning
      if head?.count == Self.headLimit { try begin() }
    }
    let rest = chunk[beginning.endIndex...]
    bytes.look(at: rest)
    if !rest.isEmpty { try profile(rest) }
  }

  /// The plan, after the whole file.
  ///
  /// - Throws: `StatementFileError` if the file is no statement.
  package mutating func finish() throws(StatementFileError) -> StatementPlan {
    if head != nil { try begin() }
    var rest: [UInt8] = []
    decoder.finish(into: &rest)
    try profileText(rest[...])
    var plan = StatementPlan(format: format, encoding: encoding)
    switch profile {
    case .csv(var reader, var profile):
      var records: [CSVRecord] = []
      try reader.finish(into: &records)
      for record in records { profile.add(record) }
      plan.csv = try profile.mapping()
    case .qif(var profile): plan.qif = profile.mapping()
    case .none: break
    }
    return plan
  }

  private var encoding: TextEncoding {
    expected.encoding ?? bytes.encoding(declared: declared)
  }

  private mutating func begin() throws(StatementFileError) {
    let beginning = head ?? []
    head = nil
    try FormatDetection.refuseBinary(beginning[...])
    declared = DeclaredEncoding.found(in: beginning[...])
    // Bytes further on may tell more; until then, what is not UTF-8 is read as Windows-1252.
    decoder = TextDecoder(encoding)
    var text: [UInt8] = []
    decoder.decode(beginning[...], into: &text)
    if let told = expected.format {
      try FormatDetection.refuse(text[...], unlike: told)
      format = told
    } else {
      format = try FormatDetection.format(of: text[...])
    }
    switch format {
    case .csv:
      guard let separator = expected.separator ?? CSVSeparator.found(in: text[...]) else {
        throw StatementFileError(
          .notATable, "The file is text, but no table with dates and amounts was found in it.")
      }
      profile = .csv(CSVReader(separator: separator), CSVProfile(separator: separator))
    case .qif: profile = .qif(QIFProfile())
    case .ofx, .qfx, .camt, .mt940, .terraceJSON: profile = .none
    }
    try profileText(text[...])
  }

  private mutating func profile(_ chunk: ArraySlice<UInt8>) throws(StatementFileError) {
    if case .none = profile { return }
    var text: [UInt8] = []
    decoder.decode(chunk, into: &text)
    try profileText(text[...])
  }

  private mutating func profileText(_ text: ArraySlice<UInt8>) throws(StatementFileError) {
    let current = profile
    // The profile is changed in place: while it is here, nothing else holds it.
    profile = .none
    switch current {
    case .csv(var reader, var columns):
      var records: [CSVRecord] = []
      try reader.read(text, into: &records)
      for record in records { columns.add(record) }
      profile = .csv(reader, columns)
    case .qif(var columns):
      try columns.read(text)
      profile = .qif(columns)
    case .none: break
    }
  }
}
