import Finance
import Tenancy

/// Where a file is chosen, and the files so far.
struct ImportsPage: Sendable {
  struct Line: Sendable {
    let fileLink: String
    let name: String
    let about: String
    let state: String
    let isWaiting: Bool
  }

  let notice: Notice?
  let action: String
  let accountChoices: [Choice]
  let canUpload: Bool
  let needsAccount: Bool
  let making: String
  let fileFault: String?
  let lines: [Line]
  let isWithoutLines: Bool

  init(
    _ files: [Import], _ accounts: [Account], chosen: Int64?, fault: String?, _ notice: Notice?,
    _ visit: LedgerVisit
  ) {
    let wording = ImportWording(words: visit.words.importWords)
    let names = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name) })
    self.notice = notice
    action = visit.link("/imports")
    accountChoices = Choice.accounts(accounts, chosen: chosen)
    canUpload = visit.canWrite && !accountChoices.isEmpty
    needsAccount = visit.canWrite && accountChoices.isEmpty
    making = visit.link("/accounts/new")
    fileFault = fault
    lines = files.map { file in
      let counts = file.counts
      let words = visit.words.importWords
      return Line(
        fileLink: visit.link("/imports/\(file.id)"),
        name: file.accountID.flatMap { names[$0] } ?? words.importTitle,
        about: [
          visit.locale.date(visit.day(of: file.createdAt)),
          file.plan.format.rawValue.uppercased(), words.rowsNew.filled(counts.new),
          counts.duplicate > 0 ? words.rowsDuplicate.filled(counts.duplicate) : nil,
        ].compactMap(\.self).joined(separator: " · "),
        state: wording.text(file.state), isWaiting: file.state == .preview)
    }
    isWithoutLines = lines.isEmpty
  }
}
