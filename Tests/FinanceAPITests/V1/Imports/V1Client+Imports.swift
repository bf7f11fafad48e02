import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import FinanceAPI

extension V1Client {
  /// Sends a file.
  func upload(
    _ file: [UInt8], to account: String? = nil, _ query: String = "", type: String = "text/csv",
    headers: HTTPFields = [:]
  ) async throws -> Answer {
    var headers = headers
    headers[.contentType] = type
    let parameters = [account.map { "account_id=\($0)" }, query.isEmpty ? nil : query]
      .compactMap(\.self).joined(separator: "&")
    return try await inLedger(.post, "imports?\(parameters)", file: file, headers: headers)
  }

  func upload(
    _ file: String, to account: String? = nil, _ query: String = ""
  ) async throws -> Answer {
    try await upload(Array(file.utf8), to: account, query)
  }

  /// Sends a file that must be one.
  ///
  /// - Returns: the import's id.
  func preview(
    _ file: String, to account: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let answer = try await upload(file, to: account)
    try #require(answer.status == 201, "\(answer)", sourceLocation: sourceLocation)
    return try #require(answer["id"], sourceLocation: sourceLocation)
  }

  /// Sends a file and publishes it.
  ///
  /// - Returns: the import's id.
  @discardableResult
  func importFile(
    _ file: String, to account: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let id = try await preview(file, to: account, sourceLocation: sourceLocation)
    let answer = try await inLedger(.post, "imports/\(id)/publish")
    try #require(answer.status == 200, "\(answer)", sourceLocation: sourceLocation)
    return id
  }

  /// How many rows of a file are new and how many are duplicates: `2 new, 1 duplicate`.
  func counts(of file: String, to account: String) async throws -> String {
    let answer = try await upload(file, to: account)
    return "\(answer["counts.new"] ?? "?") new, \(answer["counts.duplicate"] ?? "?") duplicate"
  }

  /// Date, amount and payee of the account's transactions, oldest first.
  func register(of account: String) async throws -> [String] {
    let answer = try await inLedger(.get, "transactions?account_id=\(account)&sort=date&limit=200")
    return (0..<answer.count()).map { index in
      ["date", "amount", "payee"].map { answer["data.\(index).\($0)"] ?? "-" }
        .joined(separator: " ")
    }
  }

  private func inLedger(
    _ method: HTTPRequest.Method, _ path: String, file: [UInt8], headers: HTTPFields
  ) async throws -> Answer {
    var headers = headers
    headers[.authorization] = "Bearer \(token)"
    return try await answer(
      server.client.executeRequest(
        uri: "/\(tenant)/v1/ledgers/\(ledger)/\(path)", method: method, headers: headers,
        body: ByteBuffer(bytes: file)))
  }
}
