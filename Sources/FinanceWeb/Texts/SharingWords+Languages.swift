extension SharingWords {
  static let english = SharingWords(
    sharing: "Sharing and export",
    sharingLead: "Who is in this ledger, and how to take it along",
    members: "Members",
    roleOf: "May",
    ledgerOwner: "Do everything",
    ledgerEditor: "Record and change",
    ledgerViewer: "Look on",
    youAre: "%s (you)",
    since: "since %s",
    leave: "Leave",
    removeMember: "Remove",
    addMember: "Add somebody",
    lastOwner: "Somebody has to be able to do everything. Let another member do so first.",
    inviteTitle: "Invite somebody new",
    inviteLead: "Make a link and hand it over. It counts once, within seven days.",
    inviteByOwner: "Whoever looks after the users here can invite new people.",
    inviteClosed: "Nobody new can come in here for now.",
    makeLink: "Make a link",
    linkOnce: "Copy the link now and hand it over. Nothing shows it again.",
    invitationLink: "Link of the invitation",
    waiting: "An invitation waits",
    waitsUntil: "until %s",
    takeBack: "Take back",
    theLedger: "The ledger",
    ledgerName: "Name of the ledger",
    ledgerNameBad: "Type a name of up to 100 letters, digits and signs.",
    timeZone: "Time zone",
    zoneBad: "Type the name of a time zone, such as Europe/Zurich.",
    exportTitle: "Export",
    exportCSV: "All transactions, for a spreadsheet",
    exportOFX: "All transactions, for other finance programs",
    exportJSON: "The whole ledger, which an import brings back",
    deleteLedger: "Delete the ledger",
    deleteLedgerLead: """
      Everything in it is gone for good, for all members. Export it first. Then type its name.
      """,
    nameToDelete: "Type the name as it stands above.",
    isDefault: "This is your first ledger, which stays.",
    newLedger: "New ledger",
    newLedgerLead: """
      A ledger is the books of one household, club or trip, with accounts and members of its own.
      """,
    makeLedger: "Make the ledger",
    users: "Users",
    tenantOwner: "Looks after users",
    tenantMember: "User",
    deactivated: "deactivated",
    withSecondStep: "with a second step",
    invitationsTitle: "Invitations",
    inviteUserLead: """
      Make a link and hand it over. Whoever opens it within seven days gets an account, and a \
      ledger of their own.
      """,
    rights: "Rights",
    rightsHint: "Who looks after users sees no ledger that is not shared with them.",
    deactivate: "Deactivate",
    deactivateHint:
      "They are signed out everywhere, and cannot come in. Nothing of theirs is lost.",
    activate: "Let them in again",
    activateHint: "They sign in as before.",
    resetOfUser: "Forgotten password",
    resetOfUserLead: "Make a link that sets a new password once, within 24 hours.",
    eraseUser: "Erase the account",
    eraseUserLead: """
      Name, password and the ledgers that only they are in are gone for good. What they recorded in \
      shared ledgers stays. Type the username.
      """,
    usernameToErase: "Type the username as it stands here.",
    lastTenantOwner: "Somebody has to look after users. Let another user do so first.",
    changed: "Saved.",
    memberAdded: "Added.",
    memberRemoved: "Removed.",
    invitationRevoked: "The invitation is taken back.",
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
