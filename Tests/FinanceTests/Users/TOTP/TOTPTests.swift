import Foundation
import Testing

@testable import Finance

struct TOTPTests {
  private let totp = TOTP(secret: Array("12345678901234567890".utf8))

  /// RFC 6238, appendix B, of which the last six digits.
  @Test(arguments: [
    (59, 287_082), (1_111_111_109, 81_804), (1_111_111_111, 50_471), (1_234_567_890, 5_924),
    (2_000_000_000, 279_037), (20_000_000_000, 353_130),
  ])
  func codesAreThoseOfTheStandard(time: Int, code: UInt32) {
    let date = Date(timeIntervalSince1970: Double(time))
    #expect(totp.code(at: TOTP.step(at: date)) == code)
    #expect(totp.step(of: String(format: "%06d", code), at: date, after: nil) == Int64(time / 30))
  }

  @Test func aCodeIsGoodOneStepBeforeAndAfterTheClock() {
    let code = String(format: "%06d", totp.code(at: 1000))
    for (step, isGood) in [(998, false), (999, true), (1000, true), (1001, true), (1002, false)] {
      let time = Date(timeIntervalSince1970: Double(step * 30 + 15))
      #expect((totp.step(of: code, at: time, after: nil) != nil) == isGood, "\(step)")
    }
  }

  @Test func aCodeCountsOnce() {
    let time = Date(timeIntervalSince1970: 30_000)
    let code = String(format: "%06d", totp.code(at: 1000))
    #expect(totp.step(of: code, at: time, after: 999) == 1000)
    #expect(totp.step(of: code, at: time, after: 1000) == nil)
    #expect(totp.step(of: code, at: time, after: 1001) == nil)
  }

  @Test(arguments: ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345", "+12345"])
  func whatIsNotSixDigitsIsNoCode(text: String) {
    #expect(totp.step(of: text, at: Date(timeIntervalSince1970: 59), after: nil) == nil)
  }

  @Test func whiteSpaceInACodeDoesNotCount() {
    #expect(totp.step(of: " 287 082 ", at: Date(timeIntervalSince1970: 59), after: nil) == 1)
  }

  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"),
    ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
  ])
  func base32IsThatOfTheStandard(text: String, encoded: String) {
    #expect(Base32.encode(Array(text.utf8)) == encoded)
  }

  @Test func anAppIsToldEverythingInOneURL() throws {
    let enrolment = TOTPEnrolment(totp, issuer: "Acme & Söhne", username: "sam@example.com")
    #expect(
      enrolment.url == "otpauth://totp/Acme%20%26%20S%C3%B6hne:sam%40example.com"
        + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%26%20S%C3%B6hne"
        + "&algorithm=SHA1&digits=6&period=30")
    #expect(try enrolment.image.hasPrefix("<svg"))
  }

  @Test(arguments: ["x", "ж", "家", "👩‍👩‍👧"])
  func longNamesAreCutSoThatTheURLFitsACode(character: String) throws {
    let name = String(repeating: character, count: 200)
    let enrolment = TOTPEnrolment(totp, issuer: name, username: name)
    #expect(enrolment.url.utf8.count <= QRCode.maximumByteCount)
    #expect(URL(string: enrolment.url)?.scheme == "otpauth")
    #expect(try enrolment.image.hasPrefix("<svg"))
  }

  @Test func aRecoveryCodeIsTakenHoweverItIsTyped() throws {
    let code = RecoveryCode()
    #expect(code.text.wholeMatch(of: /([a-z2-7]{4}-){3}[a-z2-7]{4}/) != nil)
    for typed in [
      code.text, code.text.uppercased(), code.text.replacing("-", with: " "),
      code.text.replacing("-", with: ""), " \(code.text)\n",
    ] {
      #expect(RecoveryCode(typed)?.hash == code.hash, "\(typed)")
    }
    for typed in ["", String(code.text.dropLast()), code.text + "a", "0000-0000-0000-0000"] {
      #expect(RecoveryCode(typed) == nil, "\(typed)")
    }
    #expect(RecoveryCode().text != RecoveryCode().text)
  }
}
