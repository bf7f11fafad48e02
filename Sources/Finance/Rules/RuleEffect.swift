import Tenancy

/// An action that makes sense.
enum RuleEffect: Sendable {
  case setCategory(Int64)
  case setPayee(String)
  case setMemo(String)
  case appendMemo(String)
  case addTag(String)
  case removeTag(String)
  case setStatus(TransactionStatus)
  case setTransferAccount(Int64)

  /// What a transaction has room for.
  private static let limits = (memo: 1000, tags: 50)

  init(_ action: RuleAction) throws(InvalidRule) {
    let value = action.value
    let isText =
      switch action.type {
      case .setPayee: Self.isName(value, upTo: 200)
      case .setMemo, .appendMemo: value.unicodeScalars.count <= Self.limits.memo
      case .addTag: Self.isName(value, upTo: 50) && !value.contains(",")
      case .removeTag: Self.isName(value, upTo: 50)
      case .setCategory, .setTransferAccount, .setStatus: true
      }
    guard isText else {
      throw InvalidRule("must be a name of one line, not too long, and a tag's without commas")
    }
    switch action.type {
    case .setPayee: self = .setPayee(value)
    case .setMemo: self = .setMemo(value)
    case .appendMemo:
      guard !value.isEmpty else { throw InvalidRule("must not be empty") }
      self = .appendMemo(value)
    case .addTag: self = .addTag(value)
    case .removeTag: self = .removeTag(value)
    case .setStatus:
      guard let status = TransactionStatus(rawValue: value), status != .reconciled else {
        throw InvalidRule("must be pending or cleared")
      }
      self = .setStatus(status)
    case .setCategory, .setTransferAccount:
      guard let id = Int64(value), id > 0 else { throw InvalidRule("must be an id") }
      self = action.type == .setCategory ? .setCategory(id) : .setTransferAccount(id)
    }
  }

  private static func isName(_ text: String, upTo limit: Int) -> Bool {
    !text.isEmpty && text.unicodeScalars.count <= limit && !text.contains(where: \.isNewline)
  }

  /// What it changes.
  var field: ChosenFields {
    switch self {
    case .setCategory, .setTransferAccount: .target
    case .setPayee: .payee
    case .setMemo, .appendMemo: .memo
    case .addTag, .removeTag: .tags
    case .setStatus: .status
    }
  }

  /// The account or category that it names.
  var accountID: Int64? {
    switch self {
    case .setCategory(let id), .setTransferAccount(let id): id
    default: nil
    }
  }

  /// Changes a draft, unless the books could not have it then.
  func apply(to draft: inout TransactionDraft, _ accounts: BookAccounts) {
    switch self {
    case .setCategory(let id):
      guard draft.hasOneCategory, accounts.category(id)?.isClosed == false else { return }
      draft.target.categoryID = id
    case .setTransferAccount(let id):
      guard draft.hasOneCategory, draft.canTransfer(to: id, accounts) else { return }
      draft.target = TransactionDraft.Target(transferAccountID: id)
    case .setPayee(let name):
      // Names that tell no two payees apart are one payee's.
      guard draft.payee.map(NameKey.key) != NameKey.key(of: name) else { return }
      draft.payee = name
    case .setMemo(let memo): draft.memo = memo
    case .appendMemo(let text):
      guard !FoldedText.fold(draft.memo).hasSuffix(FoldedText.fold(text)) else { return }
      let memo = draft.memo.isEmpty ? text : "\(draft.memo) \(text)"
      if memo.unicodeScalars.count <= Self.limits.memo { draft.memo = memo }
    case .addTag(let tag):
      guard !draft.hasTag(tag), draft.tags.count < Self.limits.tags else { return }
      draft.tags.append(tag)
    case .removeTag(let tag):
      draft.tags.removeAll { NameKey.key(of: $0) == NameKey.key(of: tag) }
    case .setStatus(let status): draft.status = status
    }
  }
}

extension TransactionDraft {
  /// Whether it is neither split nor a transfer.
  fileprivate var hasOneCategory: Bool { splits.isEmpty && target.transferAccountID == nil }

  fileprivate func hasTag(_ tag: String) -> Bool {
    tags.contains { NameKey.key(of: $0) == NameKey.key(of: tag) }
  }

  fileprivate func canTransfer(to id: Int64, _ accounts: BookAccounts) -> Bool {
    guard id != accountID, let other = accounts.real(id), !other.isClosed else { return false }
    return other.currency == accounts.real(accountID)?.currency
  }
}
