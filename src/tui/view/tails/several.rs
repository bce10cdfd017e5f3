//! Several bots at once: each has a row at least, with its name and the newest of what it says.
//!
//! What is said here will be finished rows soon and must not be seen twice, even in a window of
//! a third of the width: so a row costs as many as it would be there.

use ratatui::style::Style;

use super::{doing, said};
use crate::app::{App, Voice};
use crate::text::{Piece, Row, fit, fit_end};
use crate::theme::Role;

/// Rows that are shown of what each says at most.
const COMPACT: usize = 4;

/// The rows of several bots, which cost at most so many where a row is `third` wide.
pub(super) fn rows(app: &App, voices: &[&Voice], most: usize, third: usize) -> Vec<Row> {
    let (shown, more) = chosen(voices, most);
    let room = most - usize::from(more > 0 && most > 1);
    let (share, over) = (room / shown.len().max(1), room % shown.len().max(1));
    let mut rows = Vec::new();
    for (at, voice) in shown.into_iter().enumerate() {
        let share = share + usize::from(at < over);
        rows.extend(compact(app, voice, Share { rows: share.max(1), third }));
    }
    if more > 0 {
        let dim = app.theme.style(Role::Dim);
        let text = format!("+{more} more");
        match rows.last_mut().filter(|_| most == 1) {
            Some(row) => *row = beside(row, &Newest::Said(text), third, dim),
            None => rows.push(Row::of(fit(&text, third).into_owned(), dim)),
        }
    }
    rows.into_iter().map(|row| row.under(Style::new())).collect()
}

/// The bots that have a row, and how many have none. Who still speaks comes before who waits
/// for the others to end.
fn chosen<'a>(voices: &[&'a Voice], most: usize) -> (Vec<&'a Voice>, usize) {
    if voices.len() <= most {
        return (voices.to_vec(), 0);
    }
    let places = most.saturating_sub(1).max(1);
    let mut shown: Vec<usize> = (0..voices.len()).collect();
    shown.sort_by_key(|at| voices.get(*at).is_some_and(|voice| voice.is_over()));
    shown.truncate(places);
    shown.sort_unstable();
    let shown: Vec<_> = shown.into_iter().filter_map(|at| voices.get(at).copied()).collect();
    let more = voices.len() - shown.len();
    (shown, more)
}

/// What one of several may take.
#[derive(Clone, Copy)]
struct Share {
    /// Rows, each as wide as a third of the window.
    rows: usize,
    third: usize,
}

/// One of several: its name, and as many of its last rows as it has a share of; where that is
/// none, the end of what it says stands beside the name.
fn compact(app: &App, voice: &Voice, share: Share) -> Vec<Row> {
    let width = usize::from(app.size.width);
    let limit = width.min(share.rows.saturating_mul(share.third));
    let mut head = app.head(&voice.bot);
    if voice.is_over() {
        head.push(Piece::new(format!(" {}", app.glyphs.ok), app.theme.style(Role::Dim)));
    }
    let tail = tail(app, voice);
    let mut left = share.rows.saturating_sub(cost(&head, share.third));
    let mut kept = 0;
    for (row, _) in tail.iter().rev().take(COMPACT) {
        let cost = cost(row, share.third);
        if cost > left {
            break;
        }
        left -= cost;
        kept += 1;
    }
    let skip = tail.len() - kept;
    let is_cut = tail.get(skip).is_some_and(|(_, goes_on)| *goes_on) && voice.tools.is_empty();
    let wide: usize = tail.iter().skip(skip).map(|(row, _)| row.width()).sum();
    // The end of a wrapped line alone says little: beside the name there is more room for it.
    if kept == 0 || (is_cut && wide + head.width() < limit) {
        let dim = app.theme.style(Role::Dim);
        return vec![beside(&head, &newest(app, voice, limit), limit, dim)];
    }
    let mut rows = vec![head];
    let shown = tail.into_iter().skip(skip).enumerate();
    rows.extend(shown.map(|(at, (row, goes_on))| match at == 0 && goes_on {
        true => ended(&row),
        false => row,
    }));
    rows
}

/// What a bot is saying and doing, as the window wraps it; each row with whether it goes on
/// with the one before it.
fn tail(app: &App, voice: &Voice) -> Vec<(Row, bool)> {
    let width = app.size.width;
    let said = said(app, voice);
    let said = said.iter().flat_map(|row| {
        row.wrap(width).into_iter().enumerate().map(|(at, row)| (row, at > 0)).collect::<Vec<_>>()
    });
    let doing = doing(app, voice).into_iter().map(|row| (row, false));
    said.chain(doing).filter(|(row, _)| !row.is_empty()).collect()
}

/// The newest of a bot, in one line.
enum Newest {
    /// What it does: its beginning says what it is.
    Does(String),
    /// What it says: its end is new.
    Said(String),
}

impl Newest {
    fn text(&self) -> &str {
        match self {
            Self::Does(text) | Self::Said(text) => text,
        }
    }
}

/// The newest of what a bot says or does, of about so many columns at least.
fn newest(app: &App, voice: &Voice, columns: usize) -> Newest {
    if let Some(last) = doing(app, voice).last() {
        return Newest::Does(last.plain().trim().to_owned());
    }
    let (mut lines, mut wide) = (Vec::new(), 0);
    for row in said(app, voice).iter().rev() {
        let plain = row.plain();
        let line = plain.trim();
        if line.is_empty() {
            continue;
        }
        wide += row.width() + 1;
        lines.push(line.to_owned());
        if wide > columns {
            break;
        }
    }
    if lines.is_empty() && !voice.is_over() {
        return Newest::Does(app.glyphs.running.trim().to_owned());
    }
    lines.reverse();
    Newest::Said(lines.join(" "))
}

/// A row with the newest beside it, in so many columns; a name that is too long for
/// them leaves a third of them to the text.
fn beside(head: &Row, newest: &Newest, limit: usize, style: Style) -> Row {
    let text = newest.text();
    let mut row = head.clone();
    if row.width() + 1 + text.chars().count().min(limit / 3) > limit {
        let style = head.pieces().first().map(Piece::style).unwrap_or_default();
        let names = limit.saturating_sub(1 + text.chars().count().min(limit / 3));
        row = Row::of(fit(&head.plain(), names.max(1)).into_owned(), style);
    }
    let left = limit.saturating_sub(row.width() + 1);
    if left > 1 && !text.is_empty() {
        let text = match newest {
            Newest::Does(text) => fit(text, left),
            Newest::Said(text) => fit_end(text, left),
        };
        row.push(Piece::new(format!(" {text}"), style));
    }
    row
}

/// A row that goes on with one that is not shown.
fn ended(row: &Row) -> Row {
    let style = row.pieces().first().map(Piece::style).unwrap_or_default();
    let mut marked = Row::of("…", style);
    let mut out = 1;
    for piece in row.pieces() {
        marked.push(Piece::new(without(piece.text(), &mut out), piece.style()));
    }
    marked
}

/// A text without its first columns, as far as those are still to be left out.
fn without(text: &str, out: &mut usize) -> String {
    use unicode_segmentation::UnicodeSegmentation as _;
    use unicode_width::UnicodeWidthStr as _;
    let stays = text.graphemes(true).skip_while(|grapheme| {
        let goes = *out > 0;
        *out = out.saturating_sub(grapheme.width());
        goes
    });
    stays.collect()
}

fn cost(row: &Row, third: usize) -> usize {
    row.width().max(1).div_ceil(third.max(1))
}
