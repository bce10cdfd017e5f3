use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

fn window(first: u64, limit: u64, cut: bool) -> Window {
    Window::new(Some(first), Some(limit)).cutting(cut)
}

/// A reader that gives so many bytes at a time.
struct Drops<'a>(&'a [u8], usize);

impl io::Read for Drops<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(out.len());
        out[..count].copy_from_slice(&self.0[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Drops<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(&self.0[..self.1.min(self.0.len())])
    }

    fn consume(&mut self, used: usize) {
        self.0 = &self.0[used..];
    }
}

#[test]
fn stops_when_it_is_told_to() {
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert_eq!(read(&b"a\n"[..], &window(1, 1, false), &cancel).unwrap(), None);
}

#[test]
fn counts_lines() {
    assert_eq!([b"" as &[u8], b"\n", b"a", b"a\nb", b"a\nb\n"].map(lines), [0, 1, 1, 2, 2]);
}

proptest! {
    /// However the bytes arrive, a window is the same lines that `split_inclusive` gives.
    #[test]
    fn a_window_is_exactly_its_lines(
        text in "([a-c\u{e4}]{0,9}\n?){0,30}",
        first in 1_u64..40,
        limit in 1_u64..40,
        step in 1_usize..7,
        cut in any::<bool>(),
    ) {
        let page = read(Drops(text.as_bytes(), step), &window(first, limit, cut), &CancellationToken::new());
        let page = page.unwrap().unwrap();
        let all: Vec<&str> = text.split_inclusive('\n').collect();
        let wanted: Vec<&str> = all
            .iter()
            .copied()
            .skip(usize::try_from(first).unwrap() - 1)
            .take(usize::try_from(limit).unwrap())
            .collect();
        prop_assert_eq!(std::str::from_utf8(&page.bytes).unwrap(), wanted.concat());
        prop_assert_eq!(page.shown, wanted.len() as u64);
        prop_assert_eq!(page.total, Some(all.len() as u64));
        prop_assert_eq!(page.ended, first + page.shown > all.len() as u64);
        prop_assert!(page.notes.is_empty());
    }

    /// Cut or not, an answer stays within its bounds and no character is torn.
    #[test]
    fn a_page_is_never_too_large(
        lengths in proptest::collection::vec(0_usize..60_000, 1..8),
        cut in any::<bool>(),
        step in 1000_usize..9000,
    ) {
        let text: String = lengths.iter().map(|length| "\u{20ac}".repeat(*length) + "\n").collect();
        let page = read(Drops(text.as_bytes(), step), &window(1, 2000, cut), &CancellationToken::new());
        let page = page.unwrap().unwrap();
        let shown = String::from_utf8(page.bytes).unwrap();
        prop_assert!(shown.chars().count() <= MAX_CHARS);
        prop_assert!(page.shown > 0);
        if cut {
            prop_assert!(shown.lines().all(|line| line.chars().count() <= MAX_LINE));
        }
    }
}
