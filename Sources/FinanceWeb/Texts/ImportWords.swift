/// The texts of the pages of imports.
struct ImportWords: Sendable {
  // MARK: The list
  let importTitle: String
  let importLead: String
  let importFile: String
  let importFileHint: String
  let importShow: String
  let importsSoFar: String
  let importNone: String
  let importFromBank: String
  let importNeedsAccount: String
  let chooseFile: String
  let fileTooLarge: String
  let fileOwnExport: String
  let statePreview: String
  let statePublished: String
  let stateReverted: String

  // MARK: What is wrong with a file
  let fileEmpty: String
  let filePage: String
  let filePDF: String
  let filePacked: String
  let fileSpreadsheet: String
  let fileUnknown: String
  let fileInvestments: String
  let fileWithoutRows: String
  let fileBankFailed: String
  let fileBroken: String
  let fileLimit: String

  // MARK: Rows
  let rowsAll: String
  let rowsNew: String
  let rowsPossible: String
  let rowsDuplicate: String
  let rowsInvalid: String
  let rowsNone: String
  let rowLine: String
  let moreRows: String
  let firstRows: String
  let fateImport: String
  let fateSkip: String
  let fateLink: String
  let fateImported: String
  let takeIn: String
  let leaveOut: String
  let sameOne: String
  let reasonImported: String
  let reasonOtherHalf: String
  let reasonLike: String
  let reasonDigits: String
  let reasonDigitsHere: String
  let reasonZero: String
  let reasonDate: String
  let reasonYears: String
  let reasonAmount: String
  let reasonEmpty: String
  let reasonBroken: String
  let reasonDirection: String
  let reasonBothSides: String
  let reasonSplits: String
  let reasonCurrency: String

  // MARK: How the file is read
  let questionsTitle: String
  let questionsLead: String
  let askDecimals: String
  let decimalPoint: String
  let decimalComma: String
  let askDateOrder: String
  let orderYMD: String
  let orderDMY: String
  let orderMDY: String
  let askWord: String
  let wordOut: String
  let wordIn: String
  let askColumns: String
  let howRead: String
  let decimals: String
  let dateOrder: String
  let invertAmounts: String
  let columnNumber: String
  let roleNone: String
  let roleAsRead: String
  let roleDebit: String
  let roleCredit: String
  let roleBalance: String
  let roleTags: String
  let roleBankID: String
  let readSo: String
  let columnsBad: String
  let answersMissing: String

  // MARK: Where it goes
  let sourcesTitle: String
  let sourceUnsaid: String
  let sourceFallback: String
  let goThere: String
  let warnUnbalanced: String
  let warnSource: String
  let warnUnreadable: String
  let warnPossible: String
  let warnOpening: String
  let warnInvestments: String
  let warnLedgerInUse: String

  // MARK: Into the books, and back
  let publish: String
  let published: String
  let publishedLead: String
  let seeTransactions: String
  let revert: String
  let revertHint: String
  let reverted: String
  let revertedLead: String
  let discard: String
  let discarded: String
  let importSourceMissing: String
  let importLocked: String
  let importAccountClosed: String
  let importNotPreview: String
  let importIsPublished: String
  let importNotPublished: String
  let importChanged: String
  let importRowBad: String
  let importLinkGone: String
  let importSourceGone: String
  let importDecisionBad: String
}
