import DequeModule
import NIOCore
import NIOHTTP1

/// What has arrived over an HTTP/1 connection and has not been taken yet.
struct InboundBuffer: Sendable {
  enum Item: Sendable {
    case request(HTTPRequestHead, hasBody: Bool)
    case body(ByteBuffer)
    case end(HTTPHeaders?)
    /// The bytes were no HTTP. Nothing comes after it.
    case failure(RequestRefusal)
    /// The client sends no more. Nothing comes after it.
    case closed
  }

  /// Bytes, or requests, that may wait here before the connection is read no further.
  static let maximumBytes = 64 << 10
  static let maximumItems = 64

  private var items: Deque<Item> = []
  private var bytes = 0
  /// The head of a request without a body, which is complete only when its end is in.
  private var held: HTTPRequestHead?
  private var last: Item?

  /// Whether nothing is there to take but, perhaps, the last item.
  var isEmpty: Bool { items.isEmpty }

  var isFull: Bool { bytes >= Self.maximumBytes || items.count >= Self.maximumItems }

  /// Takes in a part as the decoder delivers it.
  ///
  /// - Returns: whether there is a new item to take.
  mutating func receive(_ part: HTTPServerRequestPart) -> Bool {
    guard last == nil else { return false }
    switch part {
    case .head(let head):
      do throws(RequestRefusal) {
        guard try head.hasBody() else {
          held = head
          return false
        }
        items.append(.request(head, hasBody: true))
      } catch {
        last = .failure(error)
      }
    case .body(let body):
      bytes += body.readableBytes
      items.append(.body(body))
    case .end(let trailers):
      if let head = held {
        held = nil
        items.append(.request(head, hasBody: false))
      } else {
        items.append(.end(trailers))
      }
    }
    return true
  }

  /// The last item of all: a failure, or the client's leave.
  mutating func finish(_ item: Item) {
    guard last == nil else { return }
    last = item
  }

  /// The next item; nil if there is none yet.
  mutating func take() -> Item? {
    guard let item = items.popFirst() else { return last }
    if case .body(let body) = item { bytes -= body.readableBytes }
    return item
  }

  /// Drops what has arrived of the current request's body.
  ///
  /// - Returns: whether that was all of it.
  mutating func dropBody() -> Bool {
    while let item = items.first {
      switch item {
      case .body(let body):
        bytes -= body.readableBytes
        items.removeFirst()
      case .end:
        items.removeFirst()
        return true
      case .request, .failure, .closed: return false
      }
    }
    return false
  }

  /// Whether the client has said that it sends no more, and no request is there to take.
  var hasLastRequest: Bool {
    guard case .closed = last else { return false }
    return !items.contains { item in
      if case .request = item { true } else { false }
    }
  }

  /// Whether all of the current request's body has arrived.
  var hasEnd: Bool {
    items.contains { item in
      if case .end = item { true } else { false }
    }
  }
}
