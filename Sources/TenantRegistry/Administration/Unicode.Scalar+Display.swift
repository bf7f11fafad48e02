extension Unicode.Scalar {
  /// Whether it changes how the text around it is laid out, which may then look like another text:
  /// control characters, separators of lines and paragraphs, bidirectional controls.
  var isLayoutControl: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: properties.isBidiControl
    }
  }

  /// Whether something is to be seen of it where fonts have it.
  var isVisible: Bool {
    // The Braille pattern without dots is a symbol by its category.
    !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint && self != "\u{2800}"
  }
}
