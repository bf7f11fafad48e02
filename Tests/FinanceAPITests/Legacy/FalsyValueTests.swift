import HTTPSupport
import Testing

@testable import FinanceAPI

struct FalsyValueTests {
  @Test func falsyIsWhatPythonTakesForFalse() throws {
    for text in ["null", "false", "0", "-0.0", "\"\"", "[]", "{}"] {
      #expect(try JSONParser.parse(Array(text.utf8)).isFalsy)
    }
    for text in ["true", "0.1", "-1", "\"0\"", "[0]", "{\"a\":null}"] {
      #expect(try !JSONParser.parse(Array(text.utf8)).isFalsy)
    }
  }
}
