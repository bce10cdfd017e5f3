//! The words by which rules, decisions and tasks are known, in the languages most people
//! write to bots in. They only choose what is kept word for word; nothing is understood.

use std::sync::LazyLock;

use regex::Regex;

use super::Kind;

/// A pattern that is known to compile; one that does not finds nothing.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

static RULE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(must|mustn't|never|always|do not|don't|shall|should|shouldn't|may not|cannot|",
        r"can't|forbidden|not allowed|require[sd]?|requirement|important|remember|keep in mind|",
        r"note that|make sure|ensure|avoid|prefer|no longer|at most|at least|not more than|",
        r"deadline|from now on|by default|only|",
        r"muss|müssen|musst|darf|dürfen|niemals|immer|nie|wichtig|merke? dir|ab jetzt|nur|",
        r"doit|doivent|jamais|toujours|il faut|important|seulement|",
        r"debe|deben|nunca|siempre|importante|recuerda|solo|",
        r"deve|devono|mai|sempre|ricorda|sempre|soltanto)\b|",
        r"必须|不要|永远|总是|絶対|必ず|しないで|반드시|항상|절대|всегда|никогда|нельзя|должн"
    ))
});

static DECISION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(decided|decision|agreed|we('ll| will| are going to) (use|go|take|keep|do)|",
        r"let's (use|go|take|keep|do)|going with|go with|chose|chosen|settled on|instead of|",
        r"approved|rejected|entschieden|beschlossen|einigen|nehmen wir|décidé|decidido|deciso)\b"
    ))
});

static TODO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)(^\s*[-*]\s*\[ ?\])|\b(TODO|FIXME)\b|",
        r"\b(next step|still (have|has|need|needs|open|to do|missing)|remaining|to be done|",
        r"follow[- ]up|open (task|item|point|question)|pending|not yet|noch offen|als nächstes)\b"
    ))
});

static DONE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^\s*[-*]\s*\[[xX✓]\]\s*(.+)$"));

static FAILURE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(did(n't| not) work|does(n't| not) work|failed|fails|broke|broken|no success|error:|gave up|funktioniert nicht|fehlgeschlagen)\b",
    )
});

/// Names and numbers: addresses, paths, ids, versions, dates, quoted words, amounts.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(concat!(
        r"https?://\S+|[\w.+-]+@[\w-]+\.\w+|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{20,}\b|",
        r"\b[A-Za-z]+[-_.:]?\d[\w.:-]*|\b\d[\d.,:_/-]*\b|`[^`\n]{1,80}`|",
        "\"[^\"\\n]{2,80}\"|“[^”\\n]{2,80}”|",
        r"(?:~|\.{1,2})?/?(?:[\w.@+-]+/)+[\w.@+-]*|\b[\w-]+\.[a-z]{2,5}\b|\b\w+[_-]\w+[\w-]*|",
        r"#\w+|\b[A-Z]{2,}\b|\b[a-z]+[A-Z]\w*"
    ))
});

/// A capital inside of a sentence: a name in most scripts that have capitals.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"[^\s.!?:]\s+\p{Lu}\p{Ll}+"));

/// Somebody tells something about themselves or theirs.
static TOLD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(my|our|the|his|her|their|its|this|mein|meine|unser|unsere|mon|ma|notre|mi|nuestro)\b.*\b(is|are|was|were|will be|lives?|called|named|means|uses?|runs?|has|have|ist|sind|heißt|est|es)\b|\b(i am|i'm|i have|i use|i prefer|i like|i need|i live|call me|we are|we use|we have|ich bin|ich heiße)\b",
    )
});

fn hit(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// What a sentence of the user is, and how much is lost with it.
pub(super) fn of_user(sentence: &str) -> Option<(Kind, u8)> {
    let named = hit(&NAMED, sentence);
    let more = u8::from(named);
    if hit(&TODO, sentence) {
        return Some((Kind::Todo, 5));
    }
    if hit(&DECISION, sentence) {
        return Some((Kind::Decision, 5 + more));
    }
    if hit(&RULE, sentence) {
        return Some((Kind::Rule, 6 + more));
    }
    if hit(&FAILURE, sentence) {
        return Some((Kind::Failure, 4 + more));
    }
    if named {
        return Some((Kind::Fact, 5));
    }
    (hit(&TOLD, sentence) || hit(&NAME, sentence)).then_some((Kind::Fact, 3))
}

/// The same for what a bot said.
pub(super) fn of_bot(sentence: &str) -> Option<(Kind, u8)> {
    if hit(&TODO, sentence) {
        return Some((Kind::Todo, 4));
    }
    if hit(&DECISION, sentence) {
        return Some((Kind::Decision, 4));
    }
    if hit(&FAILURE, sentence) {
        return Some((Kind::Failure, 3));
    }
    hit(&NAMED, sentence).then_some((Kind::Fact, 2))
}

/// Whether a line of a tool's output has a name or number worth keeping.
pub(super) fn is_named(line: &str) -> bool {
    hit(&NAMED, line)
}

/// The task that a line says is done.
pub(super) fn done(line: &str) -> Option<String> {
    let found = DONE.as_ref()?.captures(line)?;
    found.get(1).map(|task| task.as_str().trim().to_owned())
}

#[cfg(test)]
pub(super) fn all_compile() -> bool {
    [&RULE, &DECISION, &TODO, &DONE, &FAILURE, &NAMED, &NAME, &TOLD]
        .into_iter()
        .all(|pattern| pattern.is_some())
}
