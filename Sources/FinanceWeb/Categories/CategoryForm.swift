import Finance
import HTTPSupport
import Tenancy

/// What somebody has typed into the form of a category.
struct CategoryForm: Sendable {
  var name = ""
  var kind = Category.Kind.expense
  var parent: Int64?
  var rollover: Rollover?

  private static let maximumName = 100

  init() {}

  init(_ form: Form) {
    name = form.text("name")
    // The form of a new one says the kind and the group by one choice.
    let group = form.text("group")
    kind = group == Category.Kind.income.rawValue ? .income : .expense
    parent = form.id("group")
    rollover = Rollover(rawValue: form.text("rollover"))
  }

  init(_ category: Category, _ rollover: Rollover?) {
    name = category.name
    kind = category.kind
    parent = category.parentID
    self.rollover = rollover
  }

  /// What is wrong, by field.
  struct Faults: Error, Sendable {
    var general: String?
    var name: String?
    var group: String?

    var isEmpty: Bool { general == nil && name == nil && group == nil }
  }

  /// - Parameter categories: all that there are; a group says what kind is in it.
  /// - Throws: ``Faults``.
  func draft(
    among categories: [Category], _ words: CategoryWords
  ) throws(Faults) -> CategoryDraft {
    guard let name = try? FieldType<String>.name(upTo: Self.maximumName).read(.string(self.name))
    else { throw Faults(name: words.categoryNameBad) }
    let group = parent.flatMap { id in categories.first { $0.id == id } }
    guard parent == nil || group != nil else { throw Faults(group: words.groupBad) }
    return CategoryDraft(name: name, kind: group?.kind ?? kind, parentID: parent)
  }
}

extension CategoryForm.Faults {
  /// What the books say; nil if it is nothing that the form is about.
  init?(_ error: any Error, _ allWords: Words) {
    self.init()
    let words = allWords.categoryWords
    switch error {
    case let error as Self: self = error
    case let error as InvalidInput:
      for fault in error.faults {
        switch fault.path.first {
        case "name": name = words.categoryNameTaken
        case "parent_id": group = words.groupBad
        default: general = words.mergeBad
        }
      }
    case let error as BooksConflict:
      general =
        switch error.kind {
        case "category-in-use": words.categoryInUse
        case "category-name-taken": words.mergeNamesBad
        default: allWords.text(Refusal(error))
        }
    default: return nil
    }
  }
}
