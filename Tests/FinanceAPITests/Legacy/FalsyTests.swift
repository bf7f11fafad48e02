import HTTPSupport
import Testing

@testable import FinanceAPI

struct FalsyTests {
  @Test func falsyIsWhatPythonTakesForFalse() throws {
    for text in ["null", "false", "0", "-0.0", "\"\"", "[]", "{}"] {
      #expect(try parse(text).isFalsy)
    }
    for text in ["true", "0.1", "-1", "\"0\"", "[0]", "{\"a\":null}"] {
      #expect(try !parse(text).isFalsy)
    }
  }

  private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }
}
