import Foundation
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The resolver against a plainly written reference, on inputs that are nearly right.
struct TenantResolverPropertyTests {
  @Test func aHundredThousandRequestsResolveAsTheReferenceSays() {
    var generator = RequestGenerator(seed: 2)
    var counts = [String: Int]()
    for _ in 0..<100_000 {
      let request = generator.next()
      let actual = TenantResolverTests.summary(
        of: TenantResolverTests.resolver.resolve(request.origin))
      if actual != request.expected {
        Issue.record("\(request.origin): \(actual), not \(request.expected)")
        return
      }
      counts[actual.prefix { $0 != " " }.description, default: 0] += 1
    }
    for kind in ["acme", "custom", "apex", "unknown", "bad"] {
      #expect(counts[kind, default: 0] > 1_000, "too few inputs were \(kind)")
    }
  }

  @Test func randomBytesNeverMeetATenant() {
    var random = SeededGenerator(seed: 3)
    let alphabet = Array("acme.localhost:8@[]/%20\\-_A\0é, ".unicodeScalars)
    for _ in 0..<20_000 {
      let text = String(
        String.UnicodeScalarView(
          (0..<Int.random(in: 0...20, using: &random)).map { _ in
            alphabet.randomElement(using: &random) ?? "a"
          }))
      let origin = RequestOrigin(authority: text, target: "/" + text)
      guard case .slug(let slug, let target) = TenantResolverTests.resolver.resolve(origin) else {
        continue
      }
      #expect(target.prefix.isEmpty ? text.lowercased().hasPrefix("\(slug).localhost") : true)
    }
  }
}
