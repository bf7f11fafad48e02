import Tenancy

extension String {
  /// The text as a double-quoted YAML scalar on one line, in ASCII: nothing in it can end the
  /// scalar, nor a comment that it stands in (YAML 1.2.2, 5.7 and 7.3.1).
  var yamlQuoted: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x22, 0x5C: text += "\\" + String(scalar)
      case 0x20...0x7E: text.unicodeScalars.append(scalar)
      default:
        text += "\\U" + scalar.value.hex
      }
    }
    return text + "\""
  }
}
