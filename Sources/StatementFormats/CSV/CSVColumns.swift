/// The columns of a mapping by their roles, each in the file's order.
struct CSVColumns {
  let date: [Int]
  let amount: [Int]
  let debit: [Int]
  let credit: [Int]
  let indicator: [Int]
  let payee: [Int]
  let payer: [Int]
  let memo: [Int]
  let category: [Int]
  let categoryGroup: [Int]
  let currency: [Int]
  let account: [Int]
  let balance: [Int]
  let externalID: [Int]
  let tags: [Int]
  let checkNumber: [Int]
  let transferAccount: [Int]
  let transferAmount: [Int]
  let transferCurrency: [Int]
  let group: [Int]
  let groupTitle: [Int]
  let splitTotal: [Int]
  let kind: [Int]
  let sourceAccount: [Int]
  let sourceKind: [Int]
  let destinationAccount: [Int]
  let destinationKind: [Int]

  init(_ mapping: CSVMapping) {
    date = mapping.columns(with: .date)
    amount = mapping.columns(with: .amount)
    debit = mapping.columns(with: .debit)
    credit = mapping.columns(with: .credit)
    indicator = mapping.columns(with: .indicator)
    payee = mapping.columns(with: .payee)
    payer = mapping.columns(with: .payer)
    memo = mapping.columns(with: .memo)
    category = mapping.columns(with: .category)
    categoryGroup = mapping.columns(with: .categoryGroup)
    currency = mapping.columns(with: .currency)
    account = mapping.columns(with: .account)
    balance = mapping.columns(with: .balance)
    externalID = mapping.columns(with: .externalID)
    tags = mapping.columns(with: .tags)
    checkNumber = mapping.columns(with: .checkNumber)
    transferAccount = mapping.columns(with: .transferAccount)
    transferAmount = mapping.columns(with: .transferAmount)
    transferCurrency = mapping.columns(with: .transferCurrency)
    group = mapping.columns(with: .group)
    groupTitle = mapping.columns(with: .groupTitle)
    splitTotal = mapping.columns(with: .splitTotal)
    kind = mapping.columns(with: .kind)
    sourceAccount = mapping.columns(with: .sourceAccount)
    sourceKind = mapping.columns(with: .sourceKind)
    destinationAccount = mapping.columns(with: .destinationAccount)
    destinationKind = mapping.columns(with: .destinationKind)
  }
}
