//! What a slash command had to say, as lines.

use nanofolks_protocol::CommandOutput;
use nanofolks_security::terminal::clean;

use super::Output;
use super::output::one_line;

/// Prints the answer of a command.
pub(super) fn print(out: &mut Output, told: &CommandOutput) {
    for line in told.text.lines() {
        out.line(&clean(line).replace('\t', " "));
    }
    if let Some(table) = &told.table {
        let rows: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(|cell| one_line(cell)).collect()).collect();
        let head: Vec<&str> = table.head.iter().map(String::as_str).collect();
        out.table(&columns(&head, &rows), &rows);
    }
    out.flush();
}

/// The heads of all columns; rows without a head are lines of a name and a value.
fn columns<'a>(head: &[&'a str], rows: &[Vec<String>]) -> Vec<&'a str> {
    let wide = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut columns = head.to_vec();
    columns.resize(wide.max(head.len()), "");
    columns
}
