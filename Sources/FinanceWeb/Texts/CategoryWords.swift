/// The texts of the pages of categories, and of what is planned for them.
struct CategoryWords: Sendable {
  // MARK: The list
  let starters: StarterCategories
  let starterLead: String
  let addStarters: String
  let startersAdded: String
  let newCategory: String
  let categoriesLead: String
  let categoryName: String
  let categoryGroup: String
  let noGroup: String
  let spendingKind: String
  let incomeKind: String
  let noCategoriesYet: String
  let archivedCategories: String
  let categoryAdded: String
  let categoryNameBad: String
  let categoryNameTaken: String
  let groupBad: String

  // MARK: One category
  let archivedNow: String
  let rollover: String
  let rolloverNone: String
  let rolloverSurplus: String
  let rolloverAll: String
  let mergeCategory: String
  let mergeHint: String
  let mergeInto: String
  let mergeNow: String
  let mergeBad: String
  let mergeNamesBad: String
  let categoryMerged: String
  let endCategory: String
  let endHint: String
  let archive: String
  let revive: String
  let categoryArchived: String
  let categoryRevived: String
  let categoryInUse: String

  // MARK: What is planned
  let planMonth: String
  let planAll: String
  let planUsed: String
  let leftToAssign: String
  let copyPlan: String
  let planCopied: String
  let savePlan: String
  let inGeneral: String
  let cover: String
  let coverFrom: String
  let coverMore: String
  let coverLeft: String
  let covered: String

  static let english = CategoryWords(
    starters: .english,
    starterLead: """
      Begin with a usual set, such as groceries, rent and salary. You can rename or delete each.
      """,
    addStarters: "Add usual categories",
    startersAdded: "Categories added.",
    newCategory: "New category",
    categoriesLead: "Add, rename, move, merge",
    categoryName: "Name",
    categoryGroup: "Group",
    noGroup: "No group",
    spendingKind: "Spending",
    incomeKind: "Income",
    noCategoriesYet: "None yet.",
    archivedCategories: "Archived",
    categoryAdded: "Category added.",
    categoryNameBad: "Type a name of up to 100 letters, digits and signs.",
    categoryNameTaken: "Another category beside it has this name.",
    groupBad: "It cannot belong there. Choose another group.",
    archivedNow: "It is archived, and takes no new transactions.",
    rollover: "What is left at the end of a month",
    rolloverNone: "Stays behind: each month begins at zero",
    rolloverSurplus: "Carries over, but overspending does not",
    rolloverAll: "Carries over, and so does overspending",
    mergeCategory: "Merge with another",
    mergeHint: "Everything in it moves there, and this one is gone. Merging cannot be undone.",
    mergeInto: "Move everything to",
    mergeNow: "Merge",
    mergeBad: "It cannot be merged with that one. Choose another.",
    mergeNamesBad: """
      Both have a category of the same name in them. Merge these two first, or rename one.
      """,
    categoryMerged: "Merged into one category.",
    endCategory: "No longer needed?",
    endHint: """
      An archived category keeps its transactions and takes no new ones. One that was never used \
      can be deleted.
      """,
    archive: "Archive",
    revive: "Use it again",
    categoryArchived: "The category is archived.",
    categoryRevived: "The category is in use again.",
    categoryInUse: "It has transactions or other categories in it. Archive it, or merge it.",
    planMonth: "Plan this month",
    planAll: "Plan all categories",
    planUsed: "Show only those in use",
    leftToAssign: "Left to assign",
    copyPlan: "Copy the plan of %s: %s",
    planCopied: "The plan is copied.",
    savePlan: "Save the plan",
    inGeneral: "%s, in general",
    cover: "Cover",
    coverFrom: "From",
    coverMore: "Assign more",
    coverLeft: "%s: %s left",
    covered: "Covered.")

  static let german = CategoryWords(
    starters: .german,
    starterLead: """
      Beginne mit den üblichen, etwa Lebensmittel, Miete und Lohn. Jede lässt sich umbenennen oder \
      löschen.
      """,
    addStarters: "Übliche Kategorien anlegen",
    startersAdded: "Die Kategorien sind angelegt.",
    newCategory: "Neue Kategorie",
    categoriesLead: "Anlegen, umbenennen, verschieben, vereinen",
    categoryName: "Name",
    categoryGroup: "Gehört zu",
    noGroup: "Keiner Gruppe",
    spendingKind: "Ausgaben",
    incomeKind: "Einnahmen",
    noCategoriesYet: "Noch keine.",
    archivedCategories: "Archiviert",
    categoryAdded: "Die Kategorie ist da.",
    categoryNameBad: "Gib einen Namen aus bis zu 100 Buchstaben, Ziffern und Zeichen ein.",
    categoryNameTaken: "Eine andere Kategorie daneben heißt so.",
    groupBad: "Dorthin kann sie nicht gehören. Wähle eine andere Gruppe.",
    archivedNow: "Sie ist archiviert und nimmt keine neuen Buchungen auf.",
    rollover: "Was am Ende eines Monats übrig ist",
    rolloverNone: "bleibt dort: jeder Monat beginnt bei null",
    rolloverSurplus: "geht weiter, ein Minus aber nicht",
    rolloverAll: "geht weiter, und ein Minus auch",
    mergeCategory: "Mit einer anderen vereinen",
    mergeHint: """
      Alles, was darin ist, geht dorthin, und diese ist weg. Das lässt sich nicht rückgängig machen.
      """,
    mergeInto: "Alles verschieben nach",
    mergeNow: "Vereinen",
    mergeBad: "Mit dieser lässt sie sich nicht vereinen. Wähle eine andere.",
    mergeNamesBad: """
      In beiden ist eine Kategorie mit demselben Namen. Vereine zuerst diese, oder benenne eine um.
      """,
    categoryMerged: "Sie sind jetzt eine Kategorie.",
    endCategory: "Nicht mehr gebraucht?",
    endHint: """
      Eine archivierte Kategorie behält ihre Buchungen und nimmt keine neuen auf. Eine, die nie \
      benutzt wurde, lässt sich löschen.
      """,
    archive: "Archivieren",
    revive: "Wieder benutzen",
    categoryArchived: "Die Kategorie ist archiviert.",
    categoryRevived: "Die Kategorie ist wieder in Gebrauch.",
    categoryInUse: """
      In ihr sind Buchungen oder andere Kategorien. Archiviere sie, oder vereine sie mit einer anderen.
      """,
    planMonth: "Diesen Monat planen",
    planAll: "Alle Kategorien planen",
    planUsed: "Nur benutzte zeigen",
    leftToAssign: "Noch zu verteilen",
    copyPlan: "Wie im %s: %s",
    planCopied: "Der Plan ist wie im Monat davor.",
    savePlan: "Plan speichern",
    inGeneral: "%s allgemein",
    cover: "Decken",
    coverFrom: "Aus",
    coverMore: "Mehr einplanen",
    coverLeft: "%s: %s übrig",
    covered: "Es ist gedeckt.")
}
