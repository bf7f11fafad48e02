import HTTPServer
import HTTPSupport
import Hummingbird
import NIOCore

/// The body of a request on its way to an upstream, no faster than that takes it.
///
/// It can be interrupted, by cancelling the task that runs it, and gone on with: nothing is lost.
///
/// Unchecked since one task at a time runs it, and its state is looked at only in between.
final class RequestUpload: @unchecked Sendable {
  private let exchange: UpstreamExchange
  private let client: HTTPExchange
  private var body: RequestBody.AsyncIterator
  /// Whether something may have been taken from the client, which cannot be taken again.
  private(set) var hasBegun = false
  private(set) var isOver = false
  /// What was wrong with the client's bytes.
  private(set) var failure: (any Error)?

  init(_ body: RequestBody, to exchange: UpstreamExchange, _ client: HTTPExchange) {
    self.body = body.makeAsyncIterator()
    self.exchange = exchange
    self.client = client
  }

  /// Sends what there is, to the end. What goes wrong, the one who waits for the response is told.
  func run() async {
    hasBegun = true
    do {
      try await exchange.room()
      while let bytes = try await body.next() {
        exchange.send(bytes)
        try await exchange.room()
      }
      isOver = true
      exchange.sendEnd(client.trailers.flatMap(ForwardedRequest.trailers))
    } catch {
      if Task.isCancelled { return }
      isOver = true
      if !(error is UpstreamError) { failure = error }
      exchange.cancel()
    }
  }
}
