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
    browserLanguage: "As in the browser",
    theme: "Light or dark, in this browser",
    themeSystem: "As the device",
    themeLight: "Light",
    themeDark: "Dark",
    nameBad: "Type a name of up to 200 letters, digits and signs.",
    currentPassword: "Password so far",
    changePassword: "Change the password",
    passwordWrong: "This is not your password.",
    secondStep: "Second step",
    secondStepLead: """
      An app on your phone shows a code, which is asked for at each sign-in besides the password.
      """,
    isOn: "On",
    beginSecondStep: "Set it up",
    endSecondStep: "Turn it off",
    scanCode: "Scan this with an authenticator app.",
    qrCode: "The secret as a QR code",
    typeSecret: "If you cannot scan it, type this into the app:",
    typeFirstCode: "Type the code that the app shows now.",
    firstCodeWrong: """
      This code does not fit. Wait for the app's next one. If that does not fit either, begin again.
      """,
    turnOn: "Turn it on",
    beginAgain: "Begin again with a new secret",
    recoveryCodes: "Your recovery codes",
    recoveryLead: """
      The second step is on. Each of these signs you in once without the app. Keep them where you \
      keep what matters: nothing shows them again.
      """,
    codesKept: "I have kept them",
    devices: "Where you are signed in",
    thisDevice: "This browser",
    unknownDevice: "Unknown device",
    lastUsed: "Last used %s",
    endSession: "Sign out there",
    endAllSessions: "Sign out everywhere",
    programs: "Tokens of programs",
    programsLead: "A program of yours reads or changes your ledgers with a token.",
    token: "Token",
    tokenOnce: "Copy the token now. Nothing shows it again.",
    tokenName: "Name of the program",
    tokenScope: "May",
    scopeRead: "Read",
    scopeWrite: "Read and change",
    tokenLife: "Good for",
    lifeMonth: "30 days",
    lifeYear: "A year",
    lifeForever: "Until it is revoked",
    goodUntil: "Good until %s",
    neverUsed: "Never used",
    makeToken: "Make a token",
    revoke: "Revoke",
    tooManyTokens: "You have as many tokens as one may have. Revoke one first.",
    settingsSaved: "Saved.",
    passwordChanged: "Your password is changed. You are signed out everywhere else.",
    secondStepEnded: "The second step is off.",
    sessionEnded: "Signed out there.",
    tokenRevoked: "The token is revoked.")

  static let german = SettingsWords(
    settings: "Einstellungen",
    you: "Du",
    displayName: "Name, den andere sehen",
    languageAndNumbers: "Sprache, Zahlen und Daten",
    browserLanguage: "Wie im Browser",
    theme: "Hell oder dunkel, in diesem Browser",
    themeSystem: "Wie das Gerät",
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
