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
  }
}
