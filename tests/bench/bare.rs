//! The least that a chat in the terminal can be with ratatui: an inline viewport, a line that is
//! typed, an answer that streams, finished lines above. No Markdown, no store, no settings.
//!
//! `bare ADDRESS`

#![expect(clippy::unwrap_used, reason = "a floor has no error handling to pay for")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyModifiers};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget as _, Wrap};
use ratatui::{Terminal, TerminalOptions, Viewport};
use ratatui_crossterm::CrosstermBackend;

type Screen = Terminal<CrosstermBackend<std::io::Stdout>>;

const PACE: Duration = Duration::from_millis(16);

enum News {
    Text(String),
    Over,
}

fn main() {
    let address = std::env::args().nth(1).unwrap_or_default();
    let options = TerminalOptions { viewport: Viewport::Inline(6) };
    crossterm::terminal::enable_raw_mode().unwrap();
    let backend = CrosstermBackend::new(std::io::stdout());
    let mut terminal = Terminal::with_options(backend, options).unwrap();
    talk(&mut terminal, &address);
    crossterm::terminal::disable_raw_mode().unwrap();
}

fn talk(terminal: &mut Screen, address: &str) {
    let (send, news) = channel();
    let (mut typed, mut open, mut busy) = (String::new(), String::new(), false);
    let mut drawn = Instant::now();
    draw(terminal, &mut open, &typed, busy);
    loop {
        // A reader of its own would take the answers ratatui waits for.
        let next = PACE.saturating_sub(drawn.elapsed());
        let key = crossterm::event::poll(if busy { next } else { Duration::from_secs(3600) });
        let mut changed = key.unwrap();
        if changed && let Event::Key(key) = crossterm::event::read().unwrap() {
            match (key.code, key.modifiers) {
                (KeyCode::Char('d'), KeyModifiers::CONTROL) => return,
                (KeyCode::Char(c), _) => typed.push(c),
                (KeyCode::Enter, _) => {
                    let (send, address) = (send.clone(), address.to_owned());
                    let asked = std::mem::take(&mut typed);
                    std::thread::spawn(move || ask(&address, &asked, &send));
                    busy = true;
                }
                _ => {}
            }
        }
        if changed || drawn.elapsed() >= PACE {
            for news in news.try_iter() {
                changed = true;
                match news {
                    News::Text(text) => open.push_str(&text),
                    News::Over => {
                        open.push('\n');
                        busy = false;
                    }
                }
            }
            if changed {
                draw(terminal, &mut open, &typed, busy);
            }
            drawn = Instant::now();
        }
    }
}

fn draw(terminal: &mut Screen, open: &mut String, typed: &str, busy: bool) {
    let width = terminal.size().unwrap().width;
    while let Some(end) = open.find('\n') {
        let line: String = open.drain(..=end).collect();
        let text = Paragraph::new(line.trim_end().to_owned()).wrap(Wrap { trim: false });
        let rows = u16::try_from(line.len().div_ceil(width.into()).max(1)).unwrap();
        terminal.insert_before(rows, |buffer| text.render(buffer.area, buffer)).unwrap();
    }
    terminal
        .draw(|frame| {
            let mut lines: Vec<_> = open
                .as_bytes()
                .chunks(width.into())
                .map(|row| Line::from(String::from_utf8_lossy(row).into_owned()))
                .collect();
            lines.drain(..lines.len().saturating_sub(4));
            lines.push(Line::from(if busy { "#bare busy" } else { "#bare" }));
            lines.push(Line::from(format!("> {typed}")));
            frame.render_widget(Paragraph::new(lines), frame.area());
        })
        .unwrap();
}

fn ask(address: &str, asked: &str, send: &Sender<News>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let body = serde_json::json!({
        "model": "m", "stream": true, "messages": [{ "role": "user", "content": asked }],
    });
    let body = body.to_string();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        let Some(data) = line.strip_prefix("data: ") else { continue };
        if data == "[DONE]" {
            break;
        }
        let event: serde_json::Value = serde_json::from_str(data).unwrap();
        if let Some(text) = event["choices"][0]["delta"]["content"].as_str() {
            drop(send.send(News::Text(text.to_owned())));
        }
    }
    drop(send.send(News::Over));
}
