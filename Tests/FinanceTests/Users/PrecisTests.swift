import Testing

@testable import Finance

/// RFC 8264 and RFC 8265, by their own examples and by one of each kind of character.
struct PrecisTests {
  @Test(
    arguments: [
      // ASCII7, letters and digits, marks.
      ("a", .valid), ("~", .valid), ("\u{e9}", .valid), ("\u{4e00}", .valid), ("\u{966}", .valid),
      ("\u{303}", .valid), ("\u{903}", .valid), ("\u{3c0}", .valid), ("\u{10450}", .valid),
      // Exceptions.
      ("\u{df}", .valid), ("\u{3c2}", .valid), ("\u{6fd}", .valid), ("\u{f0b}", .valid),
      ("\u{3007}", .valid), ("\u{b7}", .contextual), ("\u{375}", .contextual),
      ("\u{5f3}", .contextual), ("\u{30fb}", .contextual), ("\u{665}", .contextual),
      ("\u{6f5}", .contextual), ("\u{640}", .disallowed), ("\u{7fa}", .disallowed),
      ("\u{302e}", .disallowed), ("\u{3033}", .disallowed), ("\u{303b}", .disallowed),
      // Join controls, and what is ignored by default.
      ("\u{200c}", .contextual), ("\u{200d}", .contextual), ("\u{200b}", .disallowed),
      ("\u{2060}", .disallowed), ("\u{feff}", .disallowed), ("\u{ad}", .disallowed),
      ("\u{34f}", .disallowed), ("\u{fe0f}", .disallowed), ("\u{e0041}", .disallowed),
      ("\u{3164}", .disallowed), ("\u{ffa0}", .disallowed),
      // Old Hangul jamo, controls, noncharacters, unassigned, private use, separators of lines.
      ("\u{1100}", .disallowed), ("\u{d7b0}", .disallowed), ("\0", .disallowed),
      ("\t", .disallowed), ("\u{7f}", .disallowed), ("\u{85}", .disallowed),
      ("\u{10ffff}", .disallowed), ("\u{378}", .disallowed),
      ("\u{e000}", .disallowed), ("\u{2028}", .disallowed), ("\u{2029}", .disallowed),
      ("\u{600}", .disallowed), ("\u{202e}", .disallowed),
      // What has a compatible form; other letters, spaces, symbols, punctuation.
      ("\u{212b}", .freeformOnly), ("\u{2163}", .freeformOnly), ("\u{fb01}", .freeformOnly),
      ("\u{ff21}", .freeformOnly), ("\u{1c5}", .freeformOnly), ("\u{2460}", .freeformOnly),
      ("\u{488}", .freeformOnly), (" ", .freeformOnly), ("\u{a0}", .freeformOnly),
      ("\u{3000}", .freeformOnly), ("\u{265a}", .freeformOnly), ("\u{20ac}", .freeformOnly),
      ("\u{1f600}", .freeformOnly), ("\u{ac}", .freeformOnly), ("\u{201c}", .freeformOnly),
      ("\u{3001}", .freeformOnly),
    ] as [(Unicode.Scalar, PrecisProperty)])
  func aCharacterHasTheDerivedProperty(scalar: Unicode.Scalar, property: PrecisProperty) {
    #expect(PrecisProperty(of: scalar) == property)
  }

  @Test(arguments: [
    ("l\u{b7}l", true), ("a\u{b7}l", false), ("\u{b7}l", false), ("l\u{b7}", false),
    ("\u{375}\u{3b1}", true), ("\u{375}a", false), ("\u{5d0}\u{5f3}", true), ("a\u{5f4}", false),
    ("\u{30a2}\u{30fb}", true), ("\u{4e00}\u{30fb}", true), ("a\u{30fb}b", false),
    ("\u{660}\u{661}", true), ("\u{660}\u{6f0}", false), ("\u{6f0}1", true),
    // After a virama, and between letters that join, as in Persian; not at will.
    ("\u{915}\u{94d}\u{200c}\u{937}", true), ("\u{915}\u{94d}\u{200d}\u{937}", true),
    ("\u{645}\u{6cc}\u{200c}\u{62e}", true), ("\u{62f}\u{200c}\u{645}", false),
    ("a\u{200c}b", false), ("a\u{200d}b", false), ("\u{1f468}\u{200d}\u{1f469}", false),
  ])
  func aContextualCharacterIsAllowedInItsContextOnly(text: String, isAllowed: Bool) {
    let context = PrecisContext(scalars: Array(text.unicodeScalars))
    let found = context.scalars.indices.filter {
      PrecisProperty(of: context.scalars[$0]) == .contextual
    }
    #expect(!found.isEmpty)
    #expect(found.allSatisfy(context.allows) == isAllowed)
  }

  @Test(arguments: [
    ("abc", true), ("\u{5d0}\u{5d1}", true), ("\u{5d0}1", true), ("\u{5d0}\u{5b0}", true),
    ("\u{627}\u{660}", true), ("\u{5d0}-\u{5d1}", true), ("", true), ("1a", true),
    ("a\u{5d0}", false), ("\u{5d0}a", false), ("1\u{5d0}", false), ("-\u{5d0}", false),
    ("\u{5d0}-", false), ("\u{627}1\u{660}", false), ("\u{660}\u{627}", false),
  ])
  func aLabelIsReadInOneDirection(label: String, isAllowed: Bool) {
    #expect(BidiRule.allows(label.unicodeScalars) == isAllowed)
  }

  /// RFC 8265, section 3.5, table 1, and addresses.
  @Test(arguments: [
    ("juliet@example.com", "juliet@example.com"), ("fussball", "fussball"),
    ("fu\u{df}ball", "fu\u{df}ball"), ("\u{3c0}", "\u{3c0}"), ("\u{3a3}", "\u{3c3}"),
    ("\u{3c3}", "\u{3c3}"), ("\u{3c2}", "\u{3c2}"),
    (
      "Sam.Johnson+x@Gmail.COM",
      "sam.johnson+x@gmail.com"
    ),
    (
      "\u{5d3}\u{5e0}\u{5d4}@example.com",
      "\u{5d3}\u{5e0}\u{5d4}@example.com"
    ), ("\u{130}", "i\u{307}"), ("\u{1e9e}", "\u{df}"),
    ("\u{39f}\u{394}\u{39f}\u{3a3} \u{3a3}", "\u{3bf}\u{3b4}\u{3bf}\u{3c2} \u{3c3}"),
  ])
  func aNewNameHasItsCanonicalForm(text: String, canonical: String) throws {
    let form = try Username(new: text).canonical
    #expect(Array(form.unicodeScalars) == Array(canonical.unicodeScalars))
    #expect(Username.canonical(form).utf8.elementsEqual(form.utf8))
  }

  /// RFC 8265, section 3.5, table 2, but for the space, which may be between words.
  @Test(arguments: [
    ("", InvalidText.empty), ("henry\u{2163}", .forbidden("\u{2163}")),
    ("\u{265a}", .forbidden("\u{265a}")), ("foo\u{a0}bar", .forbidden("\u{a0}")),
    ("\u{fb01}", .forbidden("\u{fb01}")), (" ", .spaces),
    ("\u{1100}", .forbidden("\u{1100}")),
  ])
  func aTextThatIsNoNameIsRefused(text: String, defect: InvalidText) {
    #expect(throws: defect) { try Username(new: text) }
  }

  /// RFC 8265, section 4.3, table 3.
  @Test(arguments: [
    ("correct horse battery staple", "correct horse battery staple"),
    ("Correct Horse Battery Staple", "Correct Horse Battery Staple"),
    ("\u{3c0}\u{df}\u{e5}", "\u{3c0}\u{df}\u{e5}"),
    ("Jack of \u{2666}s", "Jack of \u{2666}s"), ("foo\u{1680}bar", "foo bar"),
  ])
  func aPasswordIsPrepared(typed: String, prepared: String) throws {
    let password = try Password(new: typed)
    #expect(password.text.utf8.elementsEqual(prepared.utf8))
    #expect(password.asTyped?.text ?? prepared == typed)
  }

  /// RFC 8265, section 4.3, table 4.
  @Test(arguments: [("", InvalidText.empty), ("my cat is a \tby", .forbidden("\t"))])
  func aTextThatIsNoPasswordIsRefused(text: String, defect: InvalidText) {
    #expect(throws: defect) { try Password(new: text) }
  }
}
