import HTTPServer
import HTTPSupport
import Hummingbird

/// Answers requests by a closure.
package struct ClosureHandler: RequestHandler {
  package let body: @Sendable (Request, HTTPExchange) async throws -> Response

  package init(_ body: @escaping @Sendable (Request, HTTPExchange) async throws -> Response) {
    self.body = body
  }

  package func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
    do {
      return HandledRequest(try await body(request, exchange))
    } catch {
      return HandledRequest(ErrorResponse.make(for: error, exchange: exchange))
    }
  }

  /// Waits until its task is cancelled.
  package static func waitForCancellation() async throws -> Never {
    while true { try await Task.sleep(for: .seconds(1000)) }
  }
}
