import Crypto
import HTTPSupport
import Mustache
import NIOCore
import Tenancy

/// The pages of the reference, of which each is made once in a process.
struct ReferencePages: Sendable {
  /// A page, or the style sheet, as it is sent.
  struct Page: Sendable {
    let contentType: String
    let body: ByteBuffer
    let entityTag: EntityTag

    init(contentType: String, _ bytes: [UInt8]) {
      self.contentType = contentType
      body = ByteBuffer(bytes: bytes)
      entityTag = EntityTag(SHA256.hash(data: bytes).prefix(16).hex)
    }
  }

  /// Of the document that is served beside them.
  static let served = ReferencePages(APIReference(FinanceDocument.document.content))

  let index: Page
  /// By the names of their sections.
  let sections: [String: Page]
  let style = Page(contentType: "text/css; charset=utf-8", PackageResources.reference_css)

  init(_ reference: APIReference) {
    index = Self.page(ReferenceView(indexOf: reference), "index")
    sections = Dictionary(
      uniqueKeysWithValues: reference.sections.map { section in
        (section.name, Self.page(ReferenceView(section, of: reference), "section"))
      })
  }

  private static func page(_ view: ReferenceView, _ template: String) -> Page {
    // The templates are compiled in, and each page is asked for by a test.
    Page(
      contentType: "text/html; charset=utf-8",
      Array(templates.render(view, withTemplate: template)!.utf8))
  }

  private static let templates = MustacheLibrary(
    templates: [
      "layout": PackageResources.reference_layout_mustache,
      "index": PackageResources.reference_index_mustache,
      "section": PackageResources.reference_section_mustache,
      "fields": PackageResources.reference_fields_mustache,
      "text": PackageResources.reference_text_mustache,
    ].mapValues { bytes in
      var text = String(decoding: bytes, as: UTF8.self)
      // A partial may end inside of a line.
      if text.last == "\n" { text.removeLast() }
      // As above.
      return try! MustacheTemplate(string: text)
    })
}

/// What a page shows. Templates read the properties by name.
private struct ReferenceView {
  /// A line of the contents.
  struct Link {
    let name: String
    let title: String
    let isCurrent: Bool
    let description: [ReferenceText]
    let operations: [APIReference.Operation]
  }

  let title: String
  let brand: String
  let heading: String
  var summary = ""
  let description: [ReferenceText]
  let isIndex: Bool
  let sections: [Link]
  var operations: [APIReference.Operation] = []
  var values: [ReferenceField] = []
  var errors: [APIReference.CommonError] = []

  // A tenant may be served at a path, so all links are relative.
  let toRoot: String
  let toIndex: String
  let toFolder: String

  init(indexOf reference: APIReference) {
    self.init(reference, heading: reference.name, reference.description, section: nil)
    summary = reference.summary
    values = reference.values
    errors = reference.errors
  }

  init(_ section: APIReference.Section, of reference: APIReference) {
    self.init(reference, heading: section.title, section.description, section: section.name)
    operations = section.operations
  }

  private init(
    _ reference: APIReference, heading: String, _ description: [ReferenceText], section: String?
  ) {
    brand = reference.name
    self.heading = heading
    self.description = description
    isIndex = section == nil
    title = isIndex ? heading : "\(heading) · \(reference.name)"
    sections = reference.sections.map {
      Link(
        name: $0.name, title: $0.title, isCurrent: $0.name == section,
        description: $0.description, operations: $0.operations)
    }
    (toRoot, toIndex, toFolder) = isIndex ? ("", "docs", "docs/") : ("../", "../docs", "")
  }
}
