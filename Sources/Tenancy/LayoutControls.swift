extension Unicode.Scalar {
  /// Whether it changes how the text around it is laid out, which may then look like another text:
  /// control characters, separators of lines and paragraphs, bidirectional controls.
  package var isLayoutControl: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: properties.isBidiControl
    }
  }

  /// Whether something is to be seen of it where fonts have it.
  package var isVisible: Bool {
    // The Braille pattern without dots is a symbol by its category.
    !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint && self != "\u{2800}"
  }
}

extension String {
  /// The text with a replacement character for each that would change how the text around it is laid
  /// out, or what a terminal does: for what somebody else wrote, wherever it is shown.
  package var withoutLayoutControls: String {
    guard unicodeScalars.contains(where: \.isLayoutControl) else { return self }
    return String(
      String.UnicodeScalarView(unicodeScalars.map { $0.isLayoutControl ? "\u{FFFD}" : $0 }))
  }
}
