import Finance
import Foundation
import Hummingbird
import Tenancy

/// What somebody can set for themselves.
struct SettingsPage: Sendable {
  struct Device: Sendable {
    let device: String
    let about: String
    let isHere: Bool
    let ending: String
  }

  struct Program: Sendable {
    let programName: String
    let about: String
    let revoking: String
  }

  /// What is wrong with what was typed, and where.
  struct Faults: Error, Sendable {
    var nameFault: String?
    var currentFault: String?
    var newFault: String?
    var removalFault: String?
    var tokenFault: String?
  }

  let notice: DoneNotice?
  let action: String
  let username: String
  var typedName: String
  let localeChoices: [Choice]
  let themeChoices: [Choice]
  let hasTOTP: Bool
  let devices: [Device]
  let programs: [Program]
  let scopeChoices: [Choice]
  let lifeChoices: [Choice]
  var typedTokenName = ""
  /// A token that was made just now, which is shown once.
  var freshToken: String?
  var faults = Faults()

  private static let longest = 100

  /// The languages that numbers, dates and some texts are written in, by their own names.
  private static let languages: [(DisplayLocale.Language, String)] = [
    (.en, "English"), (.de, "Deutsch"), (.fr, "Français"), (.hi, "हिन्दी"), (.ja, "日本語"),
  ]

  init(_ request: Request, _ user: UserVisit) async throws {
    let words = user.words.settingsWords
    async let sessions = UserSessions(user.database).list(limit: Self.longest)
    async let tokens = PersonalTokenStore(user.database).list(limit: Self.longest)
    notice = DoneNotice(words.done(request.query.text("done")))
    action = user.site.link("/settings")
    username = user.profile.username
    typedName = user.profile.displayName ?? ""
    let chosen = user.profile.locale.map { DisplayLocale($0).language }
    localeChoices =
      [Choice(value: "", label: words.browserLanguage, isChosen: chosen == nil)]
      + Self.languages.map { language, name in
        // Whoever has said which German it is keeps it.
        let tag = language == chosen ? user.profile.locale : nil
        return Choice(
          value: tag ?? language.rawValue, label: name, isChosen: language == chosen)
      }
    let theme = user.visit.theme
    themeChoices = [
      Choice(value: "", label: words.themeSystem, isChosen: theme == nil),
      Choice(value: Theme.light.rawValue, label: words.themeLight, isChosen: theme == .light),
      Choice(value: Theme.dark.rawValue, label: words.themeDark, isChosen: theme == .dark),
    ]
    hasTOTP = user.profile.hasTOTP
    scopeChoices = [
      Choice(value: PersonalToken.Scope.read.rawValue, label: words.scopeRead, isChosen: true),
      Choice(value: PersonalToken.Scope.write.rawValue, label: words.scopeWrite, isChosen: false),
    ]
    lifeChoices = [(30, words.lifeMonth), (365, words.lifeYear), (0, words.lifeForever)].map {
      Choice(value: String($0), label: $1, isChosen: $0 == 365)
    }
    devices = try await sessions.map { session in
      let isHere = session.id == user.database.session
      let used = user.locale.date(user.day(of: session.lastUsedAt))
      return Device(
        device: BrowserName.text(session.userAgent) ?? words.unknownDevice,
        about: "\(isHere ? words.thisDevice : words.lastUsed.filled(used)) · \(session.peer)",
        isHere: isHere, ending: user.site.link("/settings/sessions/\(session.id)/end"))
    }
    programs = try await tokens.map { token in
      let scope = token.scope == .read ? words.scopeRead : words.scopeWrite
      let used = token.lastUsedAt.map { words.lastUsed.filled(user.locale.date(user.day(of: $0))) }
      let ends = token.expiresAt.map { words.goodUntil.filled(user.locale.date(user.day(of: $0))) }
      return Program(
        programName: token.name,
        about: [scope, used ?? words.neverUsed, ends ?? words.lifeForever].joined(separator: " · "),
        revoking: user.site.link("/settings/tokens/\(token.id)/revoke"))
    }
  }
}

/// What was done just now.
struct DoneNotice: Sendable {
  let text: String
  /// Where the form that undoes it is posted to.
  var undo: String?

  init?(_ text: String?) {
    guard let text else { return nil }
    self.text = text
  }
}

/// What a browser calls itself, in two words.
enum BrowserName {
  private static let browsers = [
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"), ("curl", "curl"),
  ]
  private static let systems = [
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
  ]
  private static let longest = 40

  /// Nil if it does not say.
  static func text(_ userAgent: String?) -> String? {
    guard let userAgent, !userAgent.isEmpty else { return nil }
    let browser = browsers.first { userAgent.contains("\($0.0)/") }?.1
    let system = systems.first { userAgent.contains($0.0) }?.1
    let known = [browser, system].compactMap(\.self)
    return known.isEmpty ? String(userAgent.prefix(longest)) : known.joined(separator: ", ")
  }
}

extension UserVisit {
  /// The day that a moment is on, in the ledger that the user sees first.
  func day(of moment: Date) -> CivilDate {
    let zone = ledgers.first.flatMap { TimeZone(identifier: $0.timeZone) } ?? .gmt
    let seconds = moment.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: moment))
    // The clock shows a year that the calendar has.
    return CivilDate(daysSinceEpoch: Int((seconds / 86_400).rounded(.down)))!
  }

  /// A page of the user's own, with the way back to the ledger that they see first.
  func ownPage(_ title: String) -> PageFrame {
    var frame = page(title)
    frame.ledger = ledgers.first.flatMap { try? LedgerVisit(self, $0.id, as: .viewer) }
      .map { PageFrame.LedgerFrame($0, .own) }
    return frame
  }
}
