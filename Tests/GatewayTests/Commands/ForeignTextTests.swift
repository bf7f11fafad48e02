import Foundation
import Tenancy
import Testing

@testable import Gateway

/// What others wrote, such as a tenant's name or that of its gateway, in what a command shows.
@Suite struct ForeignTextTests {
  private let text = "acme\n\u{1B}[2J\u{202E}evil\u{2028}\u{9B}\u{7}"

  @Test func aTableShowsItWithoutWhatWouldDoSomethingToATerminal() {
    let table = TextTable(rows: [["slug", text], [text, "name"]]).description
    #expect(table.unicodeScalars.filter(\.isLayoutControl) == ["\n"])
    #expect(table.contains("evil"))
  }

  @Test func whatCannotBeSeenIsReplacedAndTheRestStays() {
    #expect("José 🎉 – 10 €".withoutLayoutControls == "José 🎉 – 10 €")
    #expect(
      text.withoutLayoutControls
        == "acme\u{FFFD}\u{FFFD}[2J\u{FFFD}evil\u{FFFD}\u{FFFD}\u{FFFD}")
  }
}
