import Finance
import StatementFormats
import Testing

@testable import FinanceWeb

struct ImportAnswersTests {
  @Test(arguments: [
    ("Which character comes before the decimals in “1,234”?", "1,234"),
    ("Does “Af” mean money out?", "Af"), ("Which column has the date?", ""), ("”x“", ""),
  ])
  func aQuestionShowsWhatTheFileHas(question: String, example: String) {
    #expect(question.quoted == example)
  }

  @Test func whatIsWrongWithAFileIsSaidInTheReadersLanguage() {
    let wording = ImportWording(words: .german)
    #expect(
      wording.text(StatementFileError(.pdf, "The file is a PDF.")) == ImportWords.german.filePDF)
    #expect(wording.reason("was imported before") == ImportWords.german.reasonImported)
    #expect(wording.reason("something else") == "something else")
    #expect(
      wording.text(BooksConflict("import-questions", "…")) == ImportWords.german.answersMissing)
    #expect(
      wording.text(BooksConflict("something-else", "…")) == ImportWords.german.importChanged)
  }

  @Test(arguments: [
    ("Date: “soon” is not a date.", ImportWords.english.reasonDate),
    ("the amount is zero", ImportWords.english.reasonZero),
    ("the amount 1.234 has too many decimals", ImportWords.english.reasonAmount),
    (
      "Amount is empty.; It has 2 columns instead of 3.",
      "\(ImportWords.english.reasonEmpty) \(ImportWords.english.reasonBroken)"
    ),
  ])
  func whyARowIsUnreadableIsSaid(reason: String, text: String) {
    #expect(ImportWording(words: .english).reason(reason) == text)
  }

  @Test func whatIsWrongWithRowsIsSaidOnce() {
    let words = ImportWords.english
    let error = InvalidInput([
      .init(["rows", "3", "transaction_id"], "is no transaction any more"),
      .init(["sources", "0", "account_id"], "is no account of this ledger"),
      .init(["sources", "1", "account_id"], "is no account of this ledger"),
    ])
    #expect(
      ImportWording(words: words).text(error)
        == "\(words.importLinkGone.filled("3")) \(words.importSourceGone)")
  }
}
