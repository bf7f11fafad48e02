import Mustache

/// The templates of all pages, compiled once.
enum Templates {
  /// Renders a page inside the layout.
  static func render(_ name: String, _ frame: PageFrame, _ content: some Sendable) -> String {
    // Every name is one of the table below.
    library.render(Page(frame: frame, content: content), withTemplate: name)!
  }

  /// What a template sees: the frame's members, and those of the page under `content`.
  private struct Page: MustacheParent {
    private let frame: PageFrame
    private let ledger: Any?
    private let content: Any?

    init(frame: PageFrame, content: some Sendable) {
      self.frame = frame
      ledger = frame.ledger.flatMap(TemplateModel.tables)
      self.content = TemplateModel.tables(of: content)
    }

    func child(named name: String) -> Any? {
      switch name {
      case "content": content
      case "ledger": ledger
      default: frame.child(named: name)
      }
    }
  }

  static let sources: [String: [UInt8]] = [
    "layout": PackageResources.layout_mustache,
    "figure": PackageResources.figure_mustache,
    "currencies": PackageResources.currencies_mustache,
    "gate": PackageResources.gate_mustache,
    "sign-in": PackageResources.sign_in_mustache,
    "kept-form": PackageResources.kept_form_mustache,
    "join": PackageResources.join_mustache,
    "password-reset": PackageResources.password_reset_mustache,
    "error": PackageResources.error_mustache,
    "notice": PackageResources.notice_mustache,
    "month": PackageResources.month_mustache,
    "chart-scale": PackageResources.chart_scale_mustache,
    "chart-ticks": PackageResources.chart_ticks_mustache,
    "transactions": PackageResources.transactions_mustache,
    "transaction": PackageResources.transaction_mustache,
    "row": PackageResources.row_mustache,
    "accounts": PackageResources.accounts_mustache,
    "account": PackageResources.account_mustache,
    "account-row": PackageResources.account_row_mustache,
    "reconciliations": PackageResources.reconciliations_mustache,
    "reconciliation": PackageResources.reconciliation_mustache,
    "categories": PackageResources.categories_mustache,
    "category": PackageResources.category_mustache,
    "category-row": PackageResources.category_row_mustache,
    "imports": PackageResources.imports_mustache,
    "import": PackageResources.import_mustache,
    "import-row": PackageResources.import_row_mustache,
    "import-reading": PackageResources.import_reading_mustache,
    "more": PackageResources.more_mustache,
    "report": PackageResources.report_mustache,
    "settings": PackageResources.settings_mustache,
    "second-step": PackageResources.second_step_mustache,
    "sharing": PackageResources.sharing_mustache,
    "new-ledger": PackageResources.new_ledger_mustache,
    "users": PackageResources.users_mustache,
    "user": PackageResources.user_mustache,
    "recurrences": PackageResources.recurrences_mustache,
    "recurrence": PackageResources.recurrence_mustache,
    "rules": PackageResources.rules_mustache,
    "rule": PackageResources.rule_mustache,
    "apex": PackageResources.apex_mustache,
  ]

  // They are compiled in, and a test renders each.
  static let library = try! MustacheLibrary(
    templates: sources.mapValues {
      try MustacheTemplate(string: String(decoding: $0, as: UTF8.self))
    })
}
