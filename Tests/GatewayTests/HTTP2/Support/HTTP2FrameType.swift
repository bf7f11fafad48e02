/// RFC 9113, section 6.
enum HTTP2FrameType: UInt8 {
  case data, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate
  case continuation
}
