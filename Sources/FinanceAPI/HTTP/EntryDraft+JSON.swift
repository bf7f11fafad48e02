import HTTPSupport

extension EntryDraft {
  /// `{"type","amount","description"?}`, of which other members are ignored.
  ///
  /// - Throws: 400 with the text of the first thing that is wrong.
  init(json: JSONValue) throws(TextError) {
    guard let type = json["type"], let amount = json["amount"], !type.isFalsy, !amount.isFalsy
    else { throw TextError(.badRequest, "Type and amount are mandatory") }
    guard case .string(let name) = type, let kind = LedgerEntry.Kind(rawValue: name) else {
      throw TextError(.badRequest, "Type can be income or expense")
    }
    guard case .number(let amount) = amount else { throw .noAmount }
    let description: EntryDescription? = try json.present("description").map {
      value throws(TextError) in try value.text(of: "description", EntryDescription.init)
    }
    self.init(kind: kind, amount: amount, description: description)
  }
}
