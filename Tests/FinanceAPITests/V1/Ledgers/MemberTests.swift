import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct MemberTests {
    /// A ledger that is nobody's default one, its owner and another user, with their ids.
    private struct Household {
      let owner: V1Client
      let other: V1Client
      let ownerID: Int64
      let otherID: Int64
      let path: String

      init(_ server: FinanceServer) async throws {
        owner = try await V1Client(server)
        other = try await V1Client(server, user: "eve")
        let ids = try await server.database().query("select id from app_user order by id")
        ownerID = try ids[0].decode(0)
        otherID = try ids[1].decode(0)
        let made = try await owner.send(.post, "ledgers", #"{"name":"Household"}"#)
        path = "ledgers/\(try #require(made["id"]))"
      }

      func share(as role: String) async throws -> V1Client.Answer {
        try await owner.send(.put, "\(path)/members/\(otherID)", #"{"role":"\#(role)"}"#)
      }
    }

    @Test func anOwnerSharesALedgerAndChangesRoles() async throws {
      try await FinanceServer.run { server in
        let house = try await Household(server)
        try await expectEqual(house.other.send(.get, house.path).status, 404)
        let shared = try await house.share(as: "viewer")
        #expect(shared.status == 201, "\(shared)")
        #expect(shared["username"] == "eve")
        #expect(shared["role"] == "viewer")
        let seen = try await house.other.send(.get, house.path)
        #expect(seen["role"] == "viewer")
        let again = try await house.share(as: "editor")
        #expect(again.status == 200)
        #expect(again["role"] == "editor")
        let list = try await house.other.send(.get, "\(house.path)/members")
        #expect(list.each("role") == ["owner", "editor"])
        #expect(list.each("username") == ["sam", "eve"])
        let one = try await house.other.send(.get, "\(house.path)/members/\(house.ownerID)")
        #expect(one["role"] == "owner")
        try await expectEqual(house.other.send(.get, "ledgers").count(), 2)
      }
    }

    @Test func aViewerChangesNothingAndAnEditorNoMembers() async throws {
      try await FinanceServer.run { server in
        let house = try await Household(server)
        _ = try await house.share(as: "viewer")
        let account = #"{"name":"Cash","type":"cash"}"#
        let refused = try await house.other.send(.post, "\(house.path)/accounts", account)
        #expect(refused.status == 403)
        #expect(refused.problem == "read-only")
        _ = try await house.share(as: "editor")
        try await expectEqual(
          house.other.send(.post, "\(house.path)/accounts", account).status, 201)
        let member = "\(house.path)/members/\(house.otherID)"
        for answer in [
          try await house.other.send(.put, member, #"{"role":"owner"}"#),
          try await house.other.send(.delete, "\(house.path)/members/\(house.ownerID)"),
          try await house.other.send(.patch, house.path, #"{"name":"Mine"}"#),
        ] {
          #expect(answer.status == 403)
          #expect(answer.problem == "owner-only")
        }
      }
    }

    @Test func leavingDestroysNothing() async throws {
      try await FinanceServer.run { server in
        let house = try await Household(server)
        _ = try await house.share(as: "editor")
        let account = try await house.other.send(
          .post, "\(house.path)/accounts", #"{"name":"Cash","type":"cash"}"#)
        let entry = try await house.other.send(
          .post, "\(house.path)/transactions",
          #"{"account_id":"\#(try #require(account["id"]))","date":"2026-05-01","amount":"-7"}"#)
        let id = try #require(entry["id"])
        try await expectEqual(
          house.other.send(.delete, "\(house.path)/members/\(house.otherID)").status, 204)
        try await expectEqual(house.other.send(.get, house.path).status, 404)
        try await expectEqual(
          house.other.send(.get, "\(house.path)/transactions/\(id)").status, 404)
        try await expectEqual(
          house.owner.send(.get, "\(house.path)/transactions/\(id)").text, entry.text)
        try await expectEqual(
          house.owner.send(.get, "\(house.path)/members/\(house.otherID)").status, 404)
      }
    }

    @Test func theLastOwnerStays() async throws {
      try await FinanceServer.run { server in
        let house = try await Household(server)
        let me = "\(house.path)/members/\(house.ownerID)"
        for answer in [
          try await house.owner.send(.delete, me),
          try await house.owner.send(.put, me, #"{"role":"editor"}"#),
        ] {
          #expect(answer.status == 409)
          #expect(answer.problem == "last-owner")
        }
        _ = try await house.share(as: "owner")
        try await expectEqual(house.owner.send(.delete, me).status, 204)
        try await expectEqual(house.other.send(.get, house.path)["role"], "owner")
      }
    }

    @Test func oneOfTwoOwnersWhoLeaveAtOnceStays() async throws {
      try await FinanceServer.run { server in
        let house = try await Household(server)
        _ = try await house.share(as: "owner")
        async let mine = house.owner.send(.delete, "\(house.path)/members/\(house.ownerID)")
        async let theirs = house.other.send(.delete, "\(house.path)/members/\(house.otherID)")
        let statuses = try await [mine.status, theirs.status].sorted()
        #expect(statuses == [204, 409])
      }
    }

    @Test func whoIsNoUserOfTheTenantCannotBeAMember() async throws {
      try await FinanceServer.run { server in
        let house = try await Household(server)
        for id in ["999", "0", "eve"] {
          let answer = try await house.owner.send(
            .put, "\(house.path)/members/\(id)", #"{"role":"viewer"}"#)
          #expect(answer.status == 404, "\(id): \(answer)")
        }
        let role = try await house.owner.send(
          .put, "\(house.path)/members/\(house.otherID)", #"{"role":"admin"}"#)
        #expect(role.errors == ["/role": "must be one of viewer, editor, owner"])
      }
    }

    @Test(arguments: ["viewer", "owner"])
    func whoseDefaultLedgerItIsGetsAnotherOneWhenTheyAreTakenOut(role: String) async throws {
      try await FinanceServer.run { server in
        let house = try await Household(server)
        _ = try await house.share(as: role)
        let id = house.path.replacing("ledgers/", with: "")
        let chosen = try await house.other.send(.patch, "me", #"{"default_ledger_id":"\#(id)"}"#)
        #expect(chosen.status == 200, "\(chosen)")
        let removed = try await house.owner.send(
          .delete, "\(house.path)/members/\(house.otherID)")
        #expect(removed.status == 204, "\(removed)")
        try await expectEqual(house.other.send(.get, house.path).status, 404)
        try await expectEqual(
          house.other.send(.get, "me")["default_ledger_id"], house.other.ledger)
        // The old routes record there from now on.
        try await server.record("income", "5", token: house.other.token)
        try await expectEqual(
          house.other.send(.get, "ledgers/\(house.other.ledger)/transactions").count(), 1)
      }
    }

    @Test func whoOwnsNoOtherLedgerGetsAnEmptyOne() async throws {
      try await FinanceServer.run { server in
        let house = try await Household(server)
        let mine = "ledgers/\(house.other.ledger)"
        _ = try await house.other.send(
          .put, "\(mine)/members/\(house.ownerID)", #"{"role":"owner"}"#)
        // The last ledger that they own is left to the other owner.
        try await expectEqual(
          house.other.send(.delete, "\(mine)/members/\(house.otherID)").status, 204)
        let me = try await house.other.send(.get, "me")
        let ledger = try #require(me["default_ledger_id"])
        #expect(ledger != house.other.ledger)
        let own = try await house.other.send(.get, "ledgers/\(ledger)")
        #expect(own["name"] == "Personal", "\(own)")
        #expect(own["role"] == "owner")
        try await server.record("income", "5", token: house.other.token)
        try await expectEqual(house.owner.send(.get, "\(mine)/transactions").count(), 0)
      }
    }

    @Test func aGuestsDefaultLedgerIsDeletedByItsOwner() async throws {
      try await FinanceServer.run { server in
        let house = try await Household(server)
        _ = try await house.share(as: "viewer")
        let id = house.path.replacing("ledgers/", with: "")
        _ = try await house.other.send(.patch, "me", #"{"default_ledger_id":"\#(id)"}"#)
        try await expectEqual(house.owner.send(.delete, house.path).status, 204)
        try await expectEqual(
          house.other.send(.get, "me")["default_ledger_id"], house.other.ledger)
      }
    }
  }
}
