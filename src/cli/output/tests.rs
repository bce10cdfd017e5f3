use std::io;
use std::sync::{Arc, Mutex};

use super::*;

/// What was printed, to look at.
#[derive(Clone, Default)]
pub(crate) struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output {
    /// An output whose two streams can be looked at.
    pub(crate) fn captured(terminal: bool, json: bool) -> (Self, Printed, Printed) {
        let (stdout, stderr) = (Printed::default(), Printed::default());
        let (out, err) = (Box::new(stdout.clone()), Box::new(stderr.clone()));
        (Self::over(ColorChoice::Never, json, out, err, terminal), stdout, stderr)
    }
}

struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn broken(kind: io::ErrorKind) -> Output {
    let stdout = Box::new(Broken(kind));
    Output::over(ColorChoice::Never, false, stdout, Box::new(io::sink()), false)
}

#[test]
fn cells_line_up_and_the_last_has_no_trailing_space() {
    let cells = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
    assert_eq!(padded(&cells(["a", "b"]), &[3, 1]), "a    b");
    assert_eq!(padded(&cells(["äöü", ""]), &[3, 1]), "äöü  ");
}

#[test]
fn a_line_is_cut_between_characters() {
    assert_eq!(cut("äöü", 2), "äö");
    assert_eq!(cut("äöü", 9), "äöü");
}

#[test]
fn a_message_of_several_lines_becomes_one_without_control_characters() {
    assert_eq!(one_line("a\n  b\tc"), "a b c");
    assert!(!one_line("red \u{1b}[31malert\u{7}").contains(['\u{1b}', '\u{7}']));
}

#[test]
fn a_problem_is_one_line_and_a_hint() {
    let (mut out, stdout, stderr) = Output::captured(false, false);
    let error = CliError::usage("odd", "this is odd").hint("make it even");
    assert_eq!(out.error(&error), ExitCode::from(2));
    assert_eq!(stderr.text(), "error: this is odd (odd)\nhint: make it even\n");
    assert_eq!(stdout.text(), "");
}

#[test]
fn programs_get_the_problem_as_an_object_too() {
    let (mut out, stdout, _) = Output::captured(false, true);
    assert_eq!(out.error(&CliError::failure("broken", "it broke")), ExitCode::from(1));
    let object: serde_json::Value = serde_json::from_str(&stdout.text()).unwrap();
    assert_eq!(object["error"]["code"], "broken");
    assert_eq!(object["exit_code"], 1);
}

#[test]
fn a_closed_pipe_is_no_error_and_a_full_disk_is() {
    let mut closed = broken(io::ErrorKind::BrokenPipe);
    closed.line("unread");
    assert!(closed.finish().is_ok());

    let mut full = broken(io::ErrorKind::StorageFull);
    full.line("lost");
    assert!(full.finish().unwrap_err().to_string().contains("standard output"));
}
