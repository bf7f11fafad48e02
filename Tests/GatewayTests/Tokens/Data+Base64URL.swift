import Foundation
import Tenancy

extension Data {
  var base64URL: String { Array(self).base64URL }

  init?(base64URL text: String) {
    guard let bytes = [UInt8](base64URL: text) else { return nil }
    self.init(bytes)
  }
}
