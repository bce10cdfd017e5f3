//! Characters by what they do to a line.

/// Begins the sequence of a regional flag.
pub(super) const BLACK_FLAG: char = '\u{1f3f4}';

/// What a character does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is seen.
    Plain,
    /// It begins an escape sequence.
    Escape,
    /// It goes back to the start of the line.
    Return,
    /// It ends a line in its own way.
    Break,
    /// It controls the terminal.
    Control,
    /// It reorders or hides text.
    Hidden,
    /// It joins or parts its neighbours; needed by scripts and emoji.
    Joiner,
    /// It marks the order of bytes; needed nowhere, ordinary at the start.
    Mark,
    /// A letter that is not seen; ordinary only in flags.
    Tag,
    /// Chooses the form of an ideograph.
    Variant,
}

/// What a character does.
pub(super) const fn kind(c: char) -> Kind {
    match c {
        '\n' | '\t' | '\u{20}'..='\u{7e}' => Kind::Plain,
        // ESC; and in one character: DCS, SOS, CSI, OSC, PM, APC.
        '\u{1b}' | '\u{90}' | '\u{98}' | '\u{9b}' | '\u{9d}'..='\u{9f}' => Kind::Escape,
        '\r' => Kind::Return,
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Kind::Break,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Kind::Control,
        // Embeddings, overrides, isolates; deprecated formatting; invisible operators.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Kind::Hidden,
        '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{180e}' => Kind::Hidden,
        '\u{fff9}'..='\u{fffb}' => Kind::Hidden,
        '\u{200b}'..='\u{200d}' => Kind::Joiner,
        '\u{feff}' => Kind::Mark,
        '\u{e0000}'..='\u{e007f}' => Kind::Tag,
        '\u{e0100}'..='\u{e01ef}' => Kind::Variant,
        _ => Kind::Plain,
    }
}

/// Whether a character is not seen as it is, wherever it stands.
pub(super) const fn is_hidden(c: char) -> bool {
    !matches!(kind(c), Kind::Plain) || matches!(c, '\u{ad}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Whether a character is one of the invisible letters of flags.
pub(super) const fn is_tag(c: char) -> bool {
    matches!(kind(c), Kind::Tag)
}

/// Whether a joiner between these two is ordinary: they belong to a script, or to emoji.
pub(super) fn joins(before: Option<char>, after: char) -> bool {
    let script =
        |c: char| !c.is_ascii() && matches!(kind(c), Kind::Plain | Kind::Joiner | Kind::Tag);
    // A space may follow: a joiner at the end of a word shapes its last letter.
    before.is_some_and(script)
        && (script(after) || after.is_ascii_punctuation() || after.is_whitespace())
}

/// Whether a character has forms to choose from.
pub(super) const fn has_variants(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
        | '\u{1800}'..='\u{18af}' | '\u{3000}'..='\u{30ff}')
}

/// Writes a control character as its picture.
pub(super) fn push_picture(out: &mut String, c: char) {
    let picture = match u32::from(c) {
        0x7f => Some('␡'),
        code @ 0..=0x1f => char::from_u32(0x2400 + code),
        _ => None,
    };
    match picture {
        Some(picture) => out.push(picture),
        None => push_code(out, c),
    }
}

/// Writes a character as its number.
pub(super) fn push_code(out: &mut String, c: char) {
    out.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
}
