import Hummingbird

/// A form that came when its session had ended. Nothing of it is kept here: the page that asks who it is
/// carries it along, and whoever has signed in there sees what was typed, and may send it again. Nothing
/// sends it by itself.
///
/// Only forms of ledgers in which something was typed are carried: none of them has a secret. What
/// deletes a ledger is asked for anew.
struct KeptForm: Sendable {
  struct Field: Sendable {
    let keptName: String
    let keptValue: String
  }

  /// The path that the form is for, without the tenant's prefix.
  let action: String
  /// The page that it was on.
  let page: String
  /// With the names under which they are carried.
  let carried: [Field]
  /// As they came, but for the token of the session that has ended.
  let fields: [Field]
  /// What people have typed, as they see it.
  let typed: [String]

  private static let prefix = "kept."
  private static let actionField = "kept-action"
  private static let pageField = "kept-page"
  private static let root = "/ledgers"
  /// Fields that people type into, by their names or how these begin.
  private static let typedNames: Set = [
    "amount", "to-amount", "date", "payee", "memo", "name", "balance", "currency", "note", "tag",
    "until", "every", "zone",
  ]
  private static let typedPrefixes = [
    "part-amount-", "assigned.", "condition-value-", "action-value-",
  ]
  /// What fits a page.
  private static let shown = 20

  /// Nil if nothing would be lost.
  init?(_ form: Form, of request: Request, _ site: Site) {
    guard let path = request.head.path else { return nil }
    self.init(
      action: path, page: site.page(before: request) ?? "/",
      form.all(beginningWith: "").map { (String($0.rest), $0.value) })
  }

  /// What the page that asks who it is has carried along; nil if nothing.
  init?(carriedBy form: Form, _ site: Site) {
    guard let action = site.localPath(form.text(Self.actionField)),
      let page = site.localPath(form.text(Self.pageField))
    else { return nil }
    self.init(
      action: action, page: page,
      form.all(beginningWith: Self.prefix).map { (String($0.rest), $0.value) })
  }

  private init?(action: String, page: String, _ all: [(name: String, value: String)]) {
    let all = all.filter { $0.name != "csrf" }
    let typed = all.filter { name, value in
      !value.isEmpty
        && (Self.typedNames.contains(name) || Self.typedPrefixes.contains { name.hasPrefix($0) })
    }
    guard action == Self.root || action.hasPrefix("\(Self.root)/"), !action.hasSuffix("/delete"),
      !typed.isEmpty
    else { return nil }
    self.action = action
    self.page = page
    fields = all.map { Field(keptName: $0.name, keptValue: $0.value) }
    carried =
      [
        Field(keptName: Self.actionField, keptValue: action),
        Field(keptName: Self.pageField, keptValue: page),
      ] + all.map { Field(keptName: Self.prefix + $0.name, keptValue: $0.value) }
    self.typed = typed.prefix(Self.shown).map(\.value)
  }
}

/// The page that shows what was typed to whoever has signed in just now.
struct KeptFormPage: Sendable {
  let keptAction: String
  let keptFields: [KeptForm.Field]
  let keptTyped: [String]
  let keptPage: String

  init(_ kept: KeptForm, _ site: Site) {
    keptAction = site.link(kept.action)
    keptFields = kept.fields
    keptTyped = kept.typed
    keptPage = site.link(kept.page)
  }
}
