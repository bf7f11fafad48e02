import Mustache
import Tenancy
import Testing

@testable import FinanceWeb

struct TemplatesTests {
  /// A name that no text has shows nothing, and nobody would notice.
  @Test func everyTextThatATemplateNamesIsThere() throws {
    for (name, source) in Templates.sources {
      let text = String(decoding: source, as: UTF8.self)
      for match in text.matches(of: /\{\{t\.([A-Za-z]+)\}\}/) {
        #expect(
          Texts.english.child(named: String(match.1)) != nil, "\(match.1) in \(name)")
      }
    }
  }

  @Test func everyTemplateThatATemplateNamesIsThere() {
    for (name, source) in Templates.sources {
      let text = String(decoding: source, as: UTF8.self)
      for match in text.matches(of: /\{\{[<>]([a-z-]+)\}\}/) {
        #expect(Templates.sources[String(match.1)] != nil, "\(match.1) in \(name)")
      }
    }
  }

  @Test func everyTemplateCompiles() {
    for name in Templates.sources.keys {
      #expect(Templates.library.getTemplate(named: name) != nil)
    }
  }

  @Test func placesInATextAreFilledInOrder() {
    #expect("%s spent by %s".filled("12", "28 Nov") == "12 spent by 28 Nov")
    #expect("%d %s".filled(3) == "3 %s")
    #expect("none".filled("x") == "none")
  }

  @Test func oneThingIsNotCountedAsSeveral() {
    for words in [RuleWords.english, .german] {
      for text in [words.wouldChange, words.lockedCount, words.ruleApplied] {
        #expect(text.counted(1) != text.counted(2).replacing("2", with: "1"))
        #expect(!text.counted(1).contains("|") && !text.counted(0).contains("|"))
      }
    }
    #expect(ReportWords.english.others.counted(1) == "1 other")
    #expect(ReportWords.german.others.counted(12) == "12 weitere")
  }

  @Test func aModelsTablesShowWhatItsMembersDo() throws {
    struct Row {
      let name: String?
      let number: Int
      let day: CivilDate
    }
    struct Model {
      let title = "<T>"
      let rows: [Row]
      let isOpen = true
      let isShut = false
      let missing: Row? = nil
      let first: Row?
      let none: [Row] = []
    }
    let day = try #require(CivilDate("2026-11-29"))
    let rows = ["a", nil].map { Row(name: $0, number: 1, day: day) }
    let model = Model(rows: rows, first: rows[0])
    let template = try MustacheTemplate(
      string: """
        {{title}}{{#rows}}{{name}}{{number}}{{day}}{{title}};{{/rows}}{{#isOpen}}open{{/isOpen}}\
        {{#isShut}}shut{{/isShut}}{{^missing}}none{{/missing}}{{first.name}}{{#first}}{{number}}{{/first}}\
        {{^none}}empty{{/none}}
        """)
    let tables = try #require(TemplateModel.tables(of: model))
    #expect(template.render(tables) == template.render(model))
    #expect(template.render(tables).hasPrefix("&lt;T&gt;a12026-11-29&lt;T&gt;;12026-11-29"))
  }

  @Test func aPageNamesItsFilesUnderTheTenantsPrefix() {
    let frame = PageFrame(
      title: "<b>", tenant: "Acme", site: Site(baseURL: "http://localhost/t/acme"),
      locale: DisplayLocale("en"))
    let page = Templates.render("error", frame, ["title": "T"])
    #expect(page.contains("<title>&lt;b&gt; · Acme</title>"))
    #expect(page.contains("href=\"/t/acme/assets/\(Asset.style.name)\""))
  }
}
