import Tenancy
import Testing

struct HexTests {
  @Test func bytesHaveTwoDigitsEach() {
    #expect([UInt8]([0, 1, 0xAB, 0xFF]).hex == "0001abff")
    #expect([UInt8]().hex == "")
  }

  @Test func aNumberHasAllItsDigits() {
    #expect(UInt16(0x1F).hex == "001f")
    #expect(UInt32.max.hex == "ffffffff")
    #expect((UInt64(1) << 60).hex == "1000000000000000")
  }
}
