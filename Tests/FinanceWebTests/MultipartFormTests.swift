import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import FinanceWeb

struct MultipartFormTests {
  private static let file = "a,b\r\n--x\r\n1,2\r\n"
  private static let body =
    "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n"
    + "--edge\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\n7\r\n"
    + "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"my \\\"bank\\\".csv\"\r\n"
    + "Content-Type: text/csv\r\n\r\n\(file)\r\n--edge--\r\n"

  /// What the form tells, with the bytes of the file put together.
  private static func read(_ body: String, by size: Int) throws -> [MultipartForm.Event] {
    var form = MultipartForm(boundary: "edge")
    var events: [MultipartForm.Event] = []
    let bytes = Array(body.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      for event in try form.read(bytes[start..<min(bytes.count, start + size)]) {
        if case .bytes(let more) = event, case .bytes(let standing) = events.last {
          events[events.count - 1] = .bytes(standing + more)
        } else {
          events.append(event)
        }
      }
    }
    try form.finish()
    return events
  }

  @Test(arguments: [1, 2, 3, 7, 64, 10_000])
  func aFormIsTakenApartByChunksOfAnySize(size: Int) throws {
    #expect(
      try Self.read(Self.body, by: size) == [
        .field(name: "csrf", value: "token"), .field(name: "account", value: "7"),
        .file(name: "my \\\"bank\\\".csv"), .bytes(Array(Self.file.utf8)),
      ])
  }

  @Test func aFileThatNobodyHasChosenHasNoName() throws {
    let body =
      "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n\r\n--edge--\r\n"
    #expect(try Self.read(body, by: 5) == [.file(name: "")])
  }

  @Test(arguments: [
    "no form", "", "--edge\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ncut\r\n--edg",
    "--edge\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n"
      + String(repeating: "x", count: 9000) + "\r\n--edge--\r\n",
    "--edge\r\n" + String(repeating: "x", count: 9000),
  ])
  func whatIsCutOrNoFormIsRefused(body: String) {
    #expect(throws: Problem.self) { try Self.read(body, by: 4096) }
  }

  @Test(arguments: ["application/x-www-form-urlencoded", "multipart/form-data", ""])
  func aBodyOfAnotherTypeIsRefused(type: String) {
    let request = Request(
      head: .init(
        method: .post, scheme: nil, authority: nil, path: "/", headerFields: [.contentType: type]),
      body: .init(buffer: ByteBuffer()))
    #expect(throws: Problem.self) { try MultipartForm(request) }
  }
}
