import Tenancy
import Testing

struct Base64URLTests {
  @Test(arguments: 0...70)
  func bytesSurviveTheirTextForm(count: Int) {
    for _ in 0..<10 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
      #expect([UInt8](base64URL: bytes.base64URL) == bytes)
    }
  }

  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"), ("\u{3ff}\u{3bf}", "z7_Ovw"),
  ])
  func theVectorsOfTheStandardAreRead(text: String, encoded: String) {
    #expect([UInt8](base64URL: encoded) == Array(text.utf8))
    #expect(Array(text.utf8).base64URL == encoded)
  }

  /// Of all texts of up to three characters of the alphabet and what decoders pass over, each that
  /// is read is the one spelling of its bytes.
  @Test func noBytesHaveTwoSpellings() {
    let characters = Array("AQgwZ9-_+/= \n\r\té\0.%")
    var texts = [""]
    for _ in 0..<3 {
      texts += texts.flatMap { text in characters.map { text + String($0) } }
      texts = Array(Set(texts))
    }
    for text in texts {
      guard let bytes = [UInt8](base64URL: text) else { continue }
      #expect(bytes.base64URL.utf8.elementsEqual(text.utf8), "\(text)")
    }
  }

  @Test(arguments: [
    "A", "AB", "AAB", "AA=", "AA==", "AAA=", "AAAA=", "AAAAA", " AA", "AA\n", "A A", "+A", "/w",
    "é",
  ])
  func whatHasAnotherSpellingIsNotRead(text: String) {
    #expect([UInt8](base64URL: text) == nil)
  }
}
