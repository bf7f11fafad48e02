import Finance
import Foundation
import HTTPSupport
import Hummingbird
import Tenancy

/// Writes a ledger as a file, as a request's query asks for it.
package typealias LedgerExporter =
  @Sendable (_ request: Request, _ ledger: LedgerDatabase) async throws -> Response

/// `/ledgers/{ledger}/sharing`: who is in a ledger, and the ledger itself.
struct SharingRoutes {
  /// Writes a ledger as a file.
  let export: LedgerExporter

  func add(to routes: PageRoutes) {
    routes.ledgerGet("/sharing") { request, visit in try await respond(request, visit) }
    routes.ledgerGet("/export") { request, visit in try await export(request, visit.database) }
    ownerPost(routes, "", use: rename)
    ownerPost(routes, "/members", use: addMember)
    ownerPost(routes, "/members/:user", use: changeRole)
    ownerPost(routes, "/invitations", use: invite)
    ownerPost(routes, "/invitations/:invitation/revoke", use: revoke)
    ownerPost(routes, "/delete", use: delete)
    routes.userPost("ledgers/:ledger/sharing/members/:user/remove") { request, _, user in
      // A viewer may leave.
      try await remove(request, try LedgerVisit(user, user.id("ledger"), as: .viewer))
    }
  }

  /// A form of the ledger's owners.
  private func ownerPost(
    _ routes: PageRoutes, _ path: String,
    use handler: @escaping @Sendable (Request, Form, LedgerVisit) async throws -> Response
  ) {
    routes.userPost("ledgers/:ledger/sharing\(path)") { request, form, user in
      try await handler(request, form, try LedgerVisit(user, user.id("ledger"), as: .owner))
    }
  }

  /// - Parameter fill: says what is wrong, and puts back what was typed.
  private func respond(
    _ request: Request, _ visit: LedgerVisit, isFaulty: Bool = false,
    _ fill: (inout SharingPage) -> Void = { _ in }
  ) async throws -> Response {
    var page = try await SharingPage(request, visit)
    fill(&page)
    return .html(
      Templates.render(
        "sharing", visit.page(visit.words.sharingWords.sharing, section: .more), page),
      status: isFaulty ? .unprocessableContent : .ok, for: request)
  }

  private func done(_ name: String, _ visit: LedgerVisit) -> Response {
    .see(visit.link("/sharing?done=\(name)"))
  }

  // MARK: The ledger

  @Sendable private func rename(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let words = visit.words.sharingWords
    let name = LedgerInput.name(form.text("name"))
    let zone = LedgerInput.timeZone(form.text("zone"))
    guard let name, let zone else {
      return try await respond(request, visit, isFaulty: true) { page in
        page.typedLedgerName = form.text("name")
        page.typedZone = form.text("zone")
        page.nameFault = name == nil ? words.ledgerNameBad : nil
        page.zoneFault = zone == nil ? words.zoneBad : nil
      }
    }
    var patch = LedgerPatch()
    (patch.name, patch.timeZone) = (name, zone)
    let change = patch
    _ = try await visit.database.write { try await $0.updateLedger(change) }
    return done("saved", visit)
  }

  @Sendable private func delete(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let words = visit.words.sharingWords
    guard form.text("name") == visit.ledger.name else {
      return try await respond(request, visit, isFaulty: true) {
        $0.deletionFault = words.nameToDelete
      }
    }
    do {
      try await visit.database.write { try await $0.deleteLedger() }
      return .see(visit.user.site.link("/"))
    } catch let error as BooksConflict where error.kind == "default-ledger" {
      return try await respond(request, visit, isFaulty: true) {
        $0.deletionFault = words.isDefault
      }
    }
  }

  // MARK: Members

  @Sendable private func addMember(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    // Only who sees the tenant's users may choose from them.
    guard let user = form.id("user"),
      try await TenantUsers(visit.user.database).user(user) != nil,
      let role = LedgerRole(rawValue: form.text("role"))
    else { throw NotFound() }
    return try await changingMembers(request, visit) {
      _ = try await visit.database.write { try await $0.setMember(user, role) }
      return done("added", visit)
    }
  }

  @Sendable private func changeRole(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let user = try visit.user.id("user")
    guard let role = LedgerRole(rawValue: form.text("role")) else { throw NotFound() }
    return try await changingMembers(request, visit) {
      _ = try await visit.database.write { writer in
        try await writer.setMember(user, role) { member in
          if member == nil { throw NotFound() }
        }
      }
      return done("saved", visit)
    }
  }

  private func remove(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    let user = try visit.user.id("user")
    return try await changingMembers(request, visit) {
      try await visit.database.write { try await $0.removeMember(user) }
      return user == visit.user.database.userID
        ? .see(visit.user.site.link("/")) : done("removed", visit)
    }
  }

  /// Says so on the page if the ledger would have no owner.
  private func changingMembers(
    _ request: Request, _ visit: LedgerVisit, _ body: () async throws -> Response
  ) async throws -> Response {
    do {
      return try await body()
    } catch let error as BooksConflict where error.kind == "last-owner" {
      return try await respond(request, visit, isFaulty: true) {
        $0.generalFault = visit.words.sharingWords.lastOwner
      }
    }
  }

  // MARK: Invitations

  @Sendable private func invite(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    guard let role = LedgerRole(rawValue: form.text("role")) else { throw NotFound() }
    let link = try await visit.user.invite(
      Invitations.Draft(role: .member, ledger: (visit.ledger.id, role), expiresAt: nil))
    // It is shown in the answer, and nowhere else.
    return try await respond(request, visit) { $0.freshLink = link }
  }

  @Sendable private func revoke(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let (invitations, id) = (
      Invitations(visit.user.database), try visit.user.id("invitation")
    )
    guard try await invitations.invitation(id)?.ledger == visit.ledger.id,
      try await invitations.delete(id)
    else { throw NotFound() }
    return done("revoked", visit)
  }
}

extension UserVisit {
  /// Makes an invitation.
  ///
  /// - Returns: the link that is handed over.
  /// - Throws: `AccessError`, `Problem` 403 where nobody may register.
  func invite(_ draft: Invitations.Draft) async throws -> String {
    guard visit.tenant.tenant.registration != .closed else { throw Problem.status(.forbidden) }
    let invitations = Invitations(database)
    let token = try await invitations.database.write { writer in
      try await invitations.create(draft, writer).token
    }
    return "\(site.origin)\(site.link("/join"))?invitation=\(token.text)"
  }
}

/// What a ledger may be called, and where its days begin.
enum LedgerInput {
  static func name(_ text: String) -> String? {
    try? FieldType<String>.name(upTo: 100).read(.string(text))
  }

  static func timeZone(_ text: String) -> String? {
    try? FieldType<String>.timeZone.read(.string(text))
  }
}
