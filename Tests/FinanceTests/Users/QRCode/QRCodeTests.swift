import Crypto
import Foundation
import Tenancy
import Testing

@testable import Finance

/// Compared with what qrcode 8.2 and segno 1.6.6 make of the same text, level and mask.
struct QRCodeTests {
  @Test func aSmallCodeIsDrawnModuleByModule() throws {
    let code = try QRCode("otpauth", mask: 0)
    #expect(
      Self.rows(of: code).joined(separator: "\n") == """
        #######..##.#.#######
        #.....#.####..#.....#
        #.###.#.......#.###.#
        #.###.#..#.#..#.###.#
        #.###.#.##..#.#.###.#
        #.....#...#.#.#.....#
        #######.#.#.#.#######
        ..........###........
        #.#.#.#...##....#..#.
        ###....#.##...##....#
        .#....##..#.#...#.###
        .#####.###....##....#
        ...#.###..#.#.#..#.#.
        ........##.#.#.###.##
        #######..###.####.###
        #.....#...####.#....#
        #.###.#.#.##.####..##
        #.###.#...#...#.##.#.
        #.###.#.#...#..####.#
        #.....#..#....#....#.
        #######.#...#.####.##
        """)
  }

  /// The longest text of each version, and every mask.
  @Test(arguments: [
    (14, 0, "182d9652d6578186ad190bcfa4b4fe7e913e6844c97ce0875d0a40ba2b009173"),
    (26, 1, "4cede3c5a8f8f3465eecd5334cbc7e6998a2550d2aa3a6d8e64c2699a4108d8b"),
    (42, 2, "06a47f8b78de3fc73a022057beae4d282e222926fd5d112beed0c09235ecb74d"),
    (62, 3, "0f2317924605e0c4f85a2b242627f56c90faf489691d63e91e04284041289e62"),
    (84, 4, "a04f54402f61305621878618d9a4d92a9e48cbffe2e2ffcfa169a283634c5900"),
    (106, 5, "dbe425e16259449760906509326c3dc3a08e5630b09de02760d2b9457d9e39ee"),
    (122, 6, "3a2f8e8b4af307e8bef4d3a70847f370c30558b99a4693f6ac230c8201c169b7"),
    (152, 7, "46e8c23f8ba2c67f6b3a1d34d5df912ec9e58c5ffbcba3b4720dfc7b584530cf"),
    (180, 0, "1109301c5eac75e8c291b3817e396ede35b14aefb6b29a33ad0b24ea2f39a0e3"),
    (213, 1, "3ad1b04e28e2eae7ea2e06f504c01c9b891d03c827e155bc52ae707705801da5"),
  ])
  func everyVersionAndMaskIsThatOfAnotherEncoder(
    count: Int, mask: Int, digest: String
  ) throws {
    let version = try #require(QRVersion.all.first { $0.byteCapacity == count })
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789:/?=&%-._~")
    let text = String((0..<count).map { letters[($0 * 7 + version.number - 1) % letters.count] })
    let code = try QRCode(text, mask: mask)
    #expect(code.size == version.size)
    let drawing = Self.rows(of: code).joined(separator: "\n")
    #expect(SHA256.hash(data: Data(drawing.utf8)).hex == digest)
    // Which mask is best, encoders see differently; a reader takes any.
    #expect(try (0..<8).contains { try QRCode(text, mask: $0) == QRCode(text) })
  }

  @Test func aTextThatFitsNoVersionIsRefused() throws {
    #expect(QRCode.maximumByteCount == 213)
    #expect(try QRCode(String(repeating: "x", count: 213)).size == 57)
    #expect(throws: QRCode.TextTooLong.self) { try QRCode(String(repeating: "x", count: 214)) }
  }

  @Test func theImageHasAQuietZoneAndEveryDarkModule() throws {
    let code = try QRCode("otpauth", mask: 0)
    #expect(code.svg.hasPrefix(#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29""#))
    #expect(code.svg.contains("M4 4h7v1H4z"))
    let runs = code.svg.matches(of: /h(\d+)v1H/).map { Int($0.1) ?? 0 }
    let dark = Self.rows(of: code).joined().count { $0 == "#" }
    #expect(runs.reduce(0, +) == dark)
  }

  private static func rows(of code: QRCode) -> [String] {
    (0..<code.size).map { row in
      (0..<code.size).map { code[row, $0] ? "#" : "." }.joined()
    }
  }
}
