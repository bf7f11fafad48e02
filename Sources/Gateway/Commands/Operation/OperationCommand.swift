import AdminAPI
import ArgumentParser
import Foundation

struct OperationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operation",
    abstract: "Show, cancel and retry work that takes longer than a request.",
    discussion: """
      Any admin process can run an operation. If the process dies, another goes on.

        terrace operation list --state running
        terrace operation show 4f0c2f3e-…
      """,
    subcommands: [
      OperationListCommand.self, OperationShowCommand.self, OperationCancelCommand.self,
      OperationRetryCommand.self,
    ])
}

struct OperationListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List operations, the newest first.")

  @Option(
    help: "Only those in this state: queued, running, waiting, succeeded, failed or cancelled.")
  var state: String?

  @Option(help: "Only those of this kind, such as fleet.migrate.")
  var kind: String?

  @Option(help: "Only those of the tenant with this slug.")
  var tenant: String?

  @Option(help: "How many, from 1 to 200.")
  var limit = 50

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let query = [
      ("limit", String(limit)), ("state", state), ("kind", kind), ("tenant", tenant),
    ].compactMap { name, value in value.map { "\(name)=\($0.pathSegment)" } }
    let answer = try await admin.client().send(
      .GET, "/admin/operations?" + query.joined(separator: "&"))
    switch admin.output {
    case .json: try printJSON(answer.text)
    case .table:
      let operations = try answer.decoded(as: OperationPageBody.self).operations
      try printOutput(TextTable(rows: [OperationBody.header] + operations.map(\.summary)))
    }
  }
}

struct OperationShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one operation, and the tenants for which it failed.")

  @Argument(help: "Its id.")
  var id: String

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    try admin.show(try await admin.client().send(.GET, "/admin/operations/\(id.pathSegment)"))
  }
}

struct OperationCancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "End an operation. What it has done stays.")

  @Argument(help: "Its id.")
  var id: String

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    let answer = try await admin.client().send(
      .POST, "/admin/operations/\(id.pathSegment)/cancel")
    try admin.show(answer)
    if answer.status == 202 { printError("it ends within seconds") }
  }
}

struct OperationRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Run an operation again that failed or was cancelled.")

  @Argument(help: "Its id.")
  var id: String

  @OptionGroup var admin: AdminOptions

  func run() async throws {
    try admin.show(
      try await admin.client().send(.POST, "/admin/operations/\(id.pathSegment)/retry"))
  }
}

extension AdminOptions {
  /// Shows an operation.
  fileprivate func show(_ answer: AdminAnswer) throws {
    switch output {
    case .json: try printJSON(answer.text)
    case .table: try printOutput(answer.decoded(as: OperationBody.self).details)
    }
  }
}

extension OperationBody {
  fileprivate static let header = ["ID", "KIND", "TENANT", "STATE", "PROGRESS", "CREATED"]

  /// The most important fields, under ``header``.
  fileprivate var summary: [String] {
    [id, kind, tenant ?? "-", state, progressText ?? "-", createdAt.formatted(.iso8601)]
  }

  /// All there is, a line for each field.
  fileprivate var details: TextTable {
    let fields: [(String, String?)] = [
      ("id", id), ("kind", kind), ("tenant", tenant), ("state", state),
      ("progress", progressText), ("waiting for", waitingFor), ("error", error),
      ("actor", actor), ("created", createdAt.formatted(.iso8601)),
      ("started", startedAt?.formatted(.iso8601)), ("finished", finishedAt?.formatted(.iso8601)),
    ]
    return TextTable(
      rows: fields.compactMap { name, value in value.map { [name, $0] } }
        + (failures ?? []).map { ["failed for \($0.tenant)", $0.error] })
  }

  private var progressText: String? {
    progress.map { progress in
      "\(progress.done)\(progress.total.map { " of \($0)" } ?? "") \(progress.unit)"
    }
  }
}
