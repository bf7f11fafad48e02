/// The texts of what people set for themselves.
struct SettingsWords: Sendable {
  let settings: String
  let you: String
  let displayName: String
  let languageAndNumbers: String
  let browserLanguage: String
  let theme: String
  let themeSystem: String
  let themeLight: String
  let themeDark: String
  let nameBad: String

  // MARK: Password and second step
  let currentPassword: String
  let changePassword: String
  let passwordWrong: String
  let secondStep: String
  let secondStepLead: String
  let isOn: String
  let beginSecondStep: String
  let endSecondStep: String
  let scanCode: String
  let qrCode: String
  let typeSecret: String
  let typeFirstCode: String
  let firstCodeWrong: String
  let turnOn: String
  let beginAgain: String
  let recoveryCodes: String
  let recoveryLead: String
  let codesKept: String

  // MARK: Sessions
  let devices: String
  let thisDevice: String
  let unknownDevice: String
  let lastUsed: String
  let endSession: String
  let endAllSessions: String

  // MARK: Tokens
  let programs: String
  let programsLead: String
  let token: String
  let tokenOnce: String
  let tokenName: String
  let tokenScope: String
  let scopeRead: String
  let scopeWrite: String
  let tokenLife: String
  let lifeMonth: String
  let lifeYear: String
  let lifeForever: String
  let goodUntil: String
  let neverUsed: String
  let makeToken: String
  let revoke: String
  let tooManyTokens: String

  // MARK: What was done
  let settingsSaved: String
  let passwordChanged: String
  let secondStepEnded: String
  let sessionEnded: String
  let tokenRevoked: String

  /// Nil if the address says nothing of the kind.
  func done(_ name: String) -> String? {
    switch name {
    case "saved": settingsSaved
    case "password": passwordChanged
    case "second-step": secondStepEnded
    case "session": sessionEnded
    case "token": tokenRevoked
    default: nil
    }
  }

  static let english = SettingsWords(
    settings: "Settings",
    you: "You",
    displayName: "Name that others see",
    languageAndNumbers: "Language, numbers and dates",
    browserLanguage: "Same as the browser",
    theme: "Appearance in this browser",
    themeSystem: "Automatic",
    themeLight: "Light",
    themeDark: "Dark",
    nameBad: "Type a name of up to 200 letters, digits and signs.",
    currentPassword: "Current password",
    changePassword: "Change password",
    passwordWrong: "This is not your password.",
    secondStep: "Two-step sign-in",
    secondStepLead: """
      After your password, each sign-in also asks for a code that an app on your phone shows.
      """,
    isOn: "On",
    beginSecondStep: "Set up",
    endSecondStep: "Turn off",
    scanCode: "Scan this with an authenticator app.",
    qrCode: "The secret as a QR code",
    typeSecret: "If you cannot scan it, type this into the app:",
    typeFirstCode: "Type the code that the app shows now.",
    firstCodeWrong: """
      This code is wrong. Wait for the app's next one. If that is wrong too, begin again.
      """,
    turnOn: "Turn on",
    beginAgain: "Begin again with a new secret",
    recoveryCodes: "Your recovery codes",
    recoveryLead: """
      Two-step sign-in is on. Each of these codes signs you in once without the app. Keep them in a \
      safe place: they are not shown again.
      """,
    codesKept: "I have saved them",
    devices: "Where you are signed in",
    thisDevice: "This browser",
    unknownDevice: "Unknown device",
    lastUsed: "Last used %s",
    endSession: "Sign out there",
    endAllSessions: "Sign out everywhere",
    programs: "API tokens",
    programsLead: "With a token, a program of yours can read or change your ledgers.",
    token: "Token",
    tokenOnce: "Copy the token now. It is not shown again.",
    tokenName: "Name of the program",
    tokenScope: "Access",
    scopeRead: "Read",
    scopeWrite: "Read and change",
    tokenLife: "Valid for",
    lifeMonth: "30 days",
    lifeYear: "A year",
    lifeForever: "Until it is revoked",
    goodUntil: "Valid until %s",
    neverUsed: "Never used",
    makeToken: "Create token",
    revoke: "Revoke",
    tooManyTokens: "You have reached the limit of tokens. Revoke one first.",
    settingsSaved: "Saved.",
    passwordChanged: "Your password is changed. You are signed out everywhere else.",
    secondStepEnded: "Two-step sign-in is off.",
    sessionEnded: "Signed out there.",
    tokenRevoked: "The token is revoked.")

  static let german = SettingsWords(
    settings: "Einstellungen",
    you: "Du",
    displayName: "Name, den andere sehen",
    languageAndNumbers: "Sprache, Zahlen und Daten",
    browserLanguage: "Wie im Browser",
    theme: "Hell oder dunkel, in diesem Browser",
    themeSystem: "Automatisch",
    themeLight: "Hell",
    themeDark: "Dunkel",
    nameBad: "Gib einen Namen aus bis zu 200 Buchstaben, Ziffern und Zeichen ein.",
    currentPassword: "Bisheriges Passwort",
    changePassword: "Passwort ändern",
    passwordWrong: "Das ist nicht dein Passwort.",
    secondStep: "Zweiter Schritt",
    secondStepLead: """
      Eine App auf deinem Telefon zeigt einen Code, nach dem jede Anmeldung neben dem Passwort fragt.
      """,
    isOn: "An",
    beginSecondStep: "Einrichten",
    endSecondStep: "Ausschalten",
    scanCode: "Scanne dies mit einer Authenticator-App.",
    qrCode: "Das Geheimnis als QR-Code",
    typeSecret: "Wenn du es nicht scannen kannst, gib dies in die App ein:",
    typeFirstCode: "Gib den Code ein, den die App jetzt zeigt.",
    firstCodeWrong: """
      Dieser Code passt nicht. Warte auf den nächsten der App. Passt auch der nicht, beginne neu.
      """,
    turnOn: "Einschalten",
    beginAgain: "Neu beginnen, mit einem neuen Geheimnis",
    recoveryCodes: "Deine Wiederherstellungscodes",
    recoveryLead: """
      Der zweite Schritt ist an. Mit jedem dieser Codes meldest du dich einmal ohne die App an. \
      Verwahre sie, wo du Wichtiges verwahrst: Nichts zeigt sie noch einmal.
      """,
    codesKept: "Ich habe sie verwahrt",
    devices: "Wo du angemeldet bist",
    thisDevice: "Dieser Browser",
    unknownDevice: "Unbekanntes Gerät",
    lastUsed: "Zuletzt genutzt %s",
    endSession: "Dort abmelden",
    endAllSessions: "Überall abmelden",
    programs: "Tokens von Programmen",
    programsLead: "Mit einem Token liest oder ändert ein Programm von dir deine Haushaltsbücher.",
    token: "Token",
    tokenOnce: "Kopiere das Token jetzt. Nichts zeigt es noch einmal.",
    tokenName: "Name des Programms",
    tokenScope: "Darf",
    scopeRead: "Lesen",
    scopeWrite: "Lesen und ändern",
    tokenLife: "Gilt",
    lifeMonth: "30 Tage",
    lifeYear: "Ein Jahr",
    lifeForever: "Bis zum Widerruf",
    goodUntil: "Gilt bis %s",
    neverUsed: "Nie genutzt",
    makeToken: "Token ausstellen",
    revoke: "Widerrufen",
    tooManyTokens: "Du hast so viele Tokens, wie man haben kann. Widerrufe erst eines.",
    settingsSaved: "Gespeichert.",
    passwordChanged: "Dein Passwort ist geändert. Überall sonst bist du abgemeldet.",
    secondStepEnded: "Der zweite Schritt ist aus.",
    sessionEnded: "Dort abgemeldet.",
    tokenRevoked: "Das Token ist widerrufen.")
}
