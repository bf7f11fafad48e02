import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Passes the response of one exchange on to the client, while the request's body goes the other
/// way for as long as both take.
struct ResponseRelay: Sendable {
  private let exchange: UpstreamExchange
  private let client: HTTPExchange
  /// Nil for a request without a body.
  private let upload: RequestUpload?
  private let expectsContinue: Bool

  init(
    _ exchange: UpstreamExchange, of request: ForwardedRequest, _ body: RequestBody,
    _ client: HTTPExchange
  ) {
    self.exchange = exchange
    self.client = client
    upload = request.hasBody ? RequestUpload(body, to: exchange, client) : nil
    expectsContinue = request.expectsContinue
  }

  /// Whether something of the body may have been taken from the client.
  var hasBegunUpload: Bool { upload?.hasBegun ?? false }

  // MARK: The head

  /// Sends the body until the response begins. If the client waits to be told to send it, the
  /// upstream may answer before.
  ///
  /// - Returns: The part with the head.
  /// - Throws: ``UpstreamError``, or what was wrong with the client's bytes.
  func begin() async throws -> UpstreamResponsePart {
    guard let upload else { return try await head() }
    if expectsContinue, let answer = try await answerBeforeUpload() { return answer }
    do {
      // Interrupted when the head is there.
      async let _ = upload.run()
      return try await head()
    } catch {
      throw upload.failure ?? error
    }
  }

  private func answerBeforeUpload() async throws -> UpstreamResponsePart? {
    while true {
      let part = try await exchange.next()
      inform(part)
      if part.head != nil { return part }
      if part.asksForBody || part.isEmpty { return nil }
    }
  }

  private func head() async throws -> UpstreamResponsePart {
    while true {
      let part = try await exchange.next()
      inform(part)
      if part.head != nil { return part }
    }
  }

  /// Passes informational responses on, but for the one that the gateway itself asked for: reading
  /// the body tells the client to go on (RFC 9110, section 15.2).
  private func inform(_ part: UpstreamResponsePart) {
    for head in part.informational where head.status != .continue {
      client.inform(
        HTTPResponse(status: head.httpStatus, headerFields: ForwardedResponse.fields(head.headers)))
    }
  }

  // MARK: The rest

  /// - Parameters:
  ///   - first: What ``begin()`` returned.
  ///   - settle: Is told, once the response has ended, by which error it did, if any.
  /// - Throws: ``UpstreamError``.
  func response(
    _ first: UpstreamResponsePart, settle: @escaping @Sendable ((any Error)?) -> Void
  ) throws -> Response {
    guard let head = first.head else { throw UpstreamError.invalidResponse }
    let fields = ForwardedResponse.fields(head.headers)
    if first.isEnd, first.trailers == nil {
      settle(nil)
      let body = first.body.map(ResponseBody.init(byteBuffer:)) ?? ResponseBody()
      return Response(status: head.httpStatus, headers: fields, body: body)
    }
    let body = ResponseBody { writer in
      let trailers: HTTPHeaders?
      do {
        trailers = try await copy(first, refusal: head.status.code >= 400, to: &writer)
      } catch {
        settle(error)
        throw error
      }
      settle(nil)
      try await writer.finish(trailers.map(ForwardedResponse.trailers))
    }
    return Response(status: head.httpStatus, headers: fields, body: body)
  }

  /// - Parameter refusal: Whether the upstream has no use for the rest of the body.
  @concurrent private func copy(
    _ first: UpstreamResponsePart, refusal: Bool, to writer: inout any ResponseBodyWriter
  ) async throws -> HTTPHeaders? {
    guard let upload, upload.hasBegun, !upload.isOver, !refusal else {
      return try await copy(first, to: &writer)
    }
    async let _ = upload.run()
    return try await copy(first, to: &writer)
  }

  @concurrent private func copy(
    _ first: UpstreamResponsePart, to writer: inout any ResponseBodyWriter
  ) async throws -> HTTPHeaders? {
    var part = first
    // What has no body yet has a head that its client waits for.
    if part.body == nil { try await writer.write(ByteBuffer()) }
    while true {
      if let bytes = part.body { try await writer.write(bytes) }
      if part.isEnd { return part.trailers }
      part = try await exchange.next()
    }
  }
}

extension HTTPResponseHead {
  fileprivate var httpStatus: HTTPResponse.Status {
    HTTPResponse.Status(code: Int(status.code), reasonPhrase: status.reasonPhrase)
  }
}
