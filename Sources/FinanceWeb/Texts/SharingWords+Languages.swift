extension SharingWords {
  static let english = SharingWords(
    sharing: "Sharing and export",
    sharingLead: "Who is in this ledger, and how to take it along",
    members: "Members",
    roleOf: "Access",
    ledgerOwner: "Can manage",
    ledgerEditor: "Can edit",
    ledgerViewer: "Can view",
    youAre: "%s (you)",
    since: "since %s",
    leave: "Leave",
    removeMember: "Remove",
    addMember: "Add a user",
    lastOwner: "Somebody has to be able to manage the ledger. Let another member do so first.",
    inviteTitle: "Invite somebody new",
    inviteLead: "Create a link and send it. It works once, within seven days.",
    inviteByOwner: "Whoever manages the users here can invite new people.",
    inviteClosed: "Nobody new can join here for now.",
    makeLink: "Create link",
    linkOnce: "Copy the link now and send it. It is not shown again.",
    invitationLink: "Invitation link",
    waiting: "Invitation not used yet",
    waitsUntil: "valid until %s",
    takeBack: "Withdraw",
    theLedger: "Ledger",
    ledgerName: "Ledger name",
    ledgerNameBad: "Type a name of up to 100 letters, digits and signs.",
    timeZone: "Time zone",
    zoneBad: "Type the name of a time zone, such as Europe/Zurich.",
    exportTitle: "Export",
    exportCSV: "All transactions, for a spreadsheet",
    exportOFX: "All transactions, for other finance programs",
    exportJSON: "The whole ledger, as a backup",
    deleteLedger: "Delete ledger",
    deleteLedgerLead: """
      Everything in it is gone for good, for all members. Export it first. Then type its name.
      """,
    nameToDelete: "Type the name as it stands above.",
    isDefault: "This is your first ledger, which stays.",
    newLedger: "New ledger",
    newLedgerLead: """
      A ledger is the books of one household, club or trip, with accounts and members of its own.
      """,
    makeLedger: "Create ledger",
    users: "Users",
    tenantOwner: "Manages users",
    tenantMember: "User",
    deactivated: "deactivated",
    withSecondStep: "with two-step sign-in",
    invitationsTitle: "Invitations",
    inviteUserLead: """
      Create a link and send it. Whoever opens it within seven days gets an account and a ledger \
      of their own.
      """,
    rights: "Access",
    rightsHint: "Whoever manages users still sees only the ledgers that are shared with them.",
    deactivate: "Deactivate",
    deactivateHint:
      "They are signed out everywhere and cannot sign in. Nothing of theirs is lost.",
    activate: "Reactivate",
    activateHint: "They sign in as before.",
    resetOfUser: "Forgotten password",
    resetOfUserLead: "Create a link that sets a new password once, within 24 hours.",
    eraseUser: "Erase the account",
    eraseUserLead: """
      Name, password and the ledgers that only they are in are gone for good. What they recorded in \
      shared ledgers stays. Type the username.
      """,
    usernameToErase: "Type the username as it stands here.",
    lastTenantOwner: "Somebody has to manage users. Let another user do so first.",
    changed: "Saved.",
    memberAdded: "Added.",
    memberRemoved: "Removed.",
    invitationRevoked: "The invitation is withdrawn.",
    userErased: "The account is erased.")

  static let german = SharingWords(
    sharing: "Teilen und Export",
    sharingLead: "Wer in diesem Haushalt ist, und wie man ihn mitnimmt",
    members: "Mitglieder",
    roleOf: "Darf",
    ledgerOwner: "Alles",
    ledgerEditor: "Buchen und ändern",
    ledgerViewer: "Zusehen",
    youAre: "%s (du)",
    since: "seit %s",
    leave: "Verlassen",
    removeMember: "Entfernen",
    addMember: "Jemanden hinzufügen",
    lastOwner: "Jemand muss alles dürfen. Lass das zuerst ein anderes Mitglied.",
    inviteTitle: "Jemand Neuen einladen",
    inviteLead: "Mach einen Link und gib ihn weiter. Er gilt einmal, innerhalb von sieben Tagen.",
    inviteByOwner: "Wer sich hier um die Nutzer kümmert, kann neue Leute einladen.",
    inviteClosed: "Zurzeit kommt hier niemand Neues herein.",
    makeLink: "Link machen",
    linkOnce: "Kopiere den Link jetzt und gib ihn weiter. Nichts zeigt ihn noch einmal.",
    invitationLink: "Link der Einladung",
    waiting: "Eine Einladung wartet",
    waitsUntil: "bis %s",
    takeBack: "Zurücknehmen",
    theLedger: "Der Haushalt",
    ledgerName: "Name des Haushalts",
    ledgerNameBad: "Gib einen Namen aus bis zu 100 Buchstaben, Ziffern und Zeichen ein.",
    timeZone: "Zeitzone",
    zoneBad: "Gib den Namen einer Zeitzone ein, etwa Europe/Zurich.",
    exportTitle: "Export",
    exportCSV: "Alle Buchungen, für eine Tabelle",
    exportOFX: "Alle Buchungen, für andere Finanzprogramme",
    exportJSON: "Der ganze Haushalt, den ein Import zurückbringt",
    deleteLedger: "Haushalt löschen",
    deleteLedgerLead: """
      Alles darin ist für immer weg, für alle Mitglieder. Exportiere ihn zuerst. Gib dann seinen \
      Namen ein.
      """,
    nameToDelete: "Gib den Namen ein, wie er oben steht.",
    isDefault: "Das ist dein erster Haushalt, und er bleibt.",
    newLedger: "Neuer Haushalt",
    newLedgerLead: """
      Ein Haushalt ist die Buchführung einer Familie, eines Vereins oder einer Reise, mit eigenen \
      Konten und Mitgliedern.
      """,
    makeLedger: "Haushalt anlegen",
    users: "Nutzer",
    tenantOwner: "Kümmert sich um Nutzer",
    tenantMember: "Nutzer",
    deactivated: "deaktiviert",
    withSecondStep: "mit zweitem Schritt",
    invitationsTitle: "Einladungen",
    inviteUserLead: """
      Mach einen Link und gib ihn weiter. Wer ihn innerhalb von sieben Tagen öffnet, bekommt einen \
      Zugang und einen eigenen Haushalt.
      """,
    rights: "Rechte",
    rightsHint: "Wer sich um Nutzer kümmert, sieht keinen Haushalt, der nicht geteilt ist.",
    deactivate: "Deaktivieren",
    deactivateHint: "Überall abgemeldet, und ohne Zutritt. Nichts geht verloren.",
    activate: "Wieder hereinlassen",
    activateHint: "Die Anmeldung geht wie zuvor.",
    resetOfUser: "Passwort vergessen",
    resetOfUserLead:
      "Mach einen Link, der innerhalb von 24 Stunden einmal ein neues Passwort setzt.",
    eraseUser: "Zugang löschen",
    eraseUserLead: """
      Name, Passwort und die Haushalte, in denen sonst niemand ist, sind für immer weg. Was in \
      geteilten gebucht wurde, bleibt. Gib den Benutzernamen ein.
      """,
    usernameToErase: "Gib den Benutzernamen ein, wie er hier steht.",
    lastTenantOwner: "Jemand muss sich um Nutzer kümmern. Lass das zuerst jemand anderen.",
    changed: "Gespeichert.",
    memberAdded: "Hinzugefügt.",
    memberRemoved: "Entfernt.",
    invitationRevoked: "Die Einladung ist zurückgenommen.",
    userErased: "Der Zugang ist gelöscht.")
}
