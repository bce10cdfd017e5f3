//! Says what a message waits for while its turn has not begun.

use nanofolks_protocol::event::EventKind;
use nanofolks_protocol::ports::{Archive, RoomState};
use nanofolks_protocol::{ApprovalId, Event, NoticeLevel, Timestamp};

use super::Follow;
use crate::cli::{amount, narrate};
use crate::house::House;

/// The code of the notice.
const WAITS: &str = "waits";

impl Follow<'_> {
    /// Says what is answered before the message, when anything is.
    pub(crate) async fn tell_what_is_before(&mut self, archive: &dyn Archive) {
        if self.turn.is_some() {
            return;
        }
        let Ok(Some(state)) = archive.room(&self.room).await else { return };
        self.before = state.queued.saturating_sub(1) + u64::from(state.live.is_some());
        if let Some(text) = in_words(&state, self.before, archive) {
            self.tell(text, None);
        }
        let Some((live, _)) = state.live else { return };
        let asked = archive.approvals(true).await.unwrap_or_default();
        for row in asked.iter().filter(|row| row.request.turn == live) {
            let request = &row.request;
            let (bot, what) = (&request.bot, &request.summary);
            let is_question = request.question.is_some();
            self.tell_of_question(request.id, is_question, bot.as_str(), what, request.expires_at);
        }
    }

    /// Takes note of a question of a turn that comes before ours: somebody has to answer it.
    pub(super) fn is_asked_before(&mut self, event: &Event) {
        if self.turn.is_some() {
            return;
        }
        let bot = event.bot.as_ref().map_or("a bot", |bot| bot.as_str());
        match &event.what {
            EventKind::ApprovalRequested { request } => {
                self.tell_of_question(request.id, false, bot, &request.summary, request.expires_at);
            }
            EventKind::QuestionAsked { question, text, expires_at: Some(until), .. } => {
                self.tell_of_question(*question, true, bot, text, *until);
            }
            _ => {}
        }
    }

    fn tell_of_question(
        &mut self,
        id: ApprovalId,
        is_question: bool,
        bot: &str,
        what: &str,
        until: Timestamp,
    ) {
        if self.told.replace(id) == Some(id) {
            return;
        }
        let left = until.millis_since(House::clock().now()).max(0).div_euclid(60_000) + 1;
        let (wants, how) = if is_question {
            ("wants to know", format!("`nanofolks approval answer {id} TEXT`"))
        } else {
            ("wants to", format!("`nanofolks approval allow {id}`, or `deny`"))
        };
        let text = format!(
            "{} waits for an answer: {bot} {wants} {what}; this message comes after it",
            self.room
        );
        self.tell(text, Some(format!("{how}; without an answer it goes on in {left} min")));
    }

    /// Takes note of a turn that ended before ours has begun.
    pub(super) fn one_less(&mut self, event: &Event) {
        if self.turn.is_some() || self.before == 0 || !event.what.is_ending() {
            return;
        }
        self.before -= 1;
        if self.before > 0 {
            let left = amount::counted(self.before, "earlier message");
            self.tell(format!("{left} in {} to go", self.room), None);
        }
    }

    fn tell(&mut self, text: String, hint: Option<String>) {
        let (level, code) = (NoticeLevel::Info, WAITS.to_owned());
        let what = EventKind::Notice { level, code, text, hint };
        let notice = Event::new(House::clock().now(), self.room.clone(), what);
        self.report.take(&notice);
        if self.stream_json {
            self.cx.out.line_of(&notice);
        }
        if let (Some((tone, line)), false) = (narrate::line(&notice, false), self.quiet) {
            let line = self.cx.out.paint_note(tone, &line);
            self.cx.out.note(&line);
        }
    }
}

fn in_words(state: &RoomState, before: u64, archive: &dyn Archive) -> Option<String> {
    let room = &state.room.id;
    let waits = before - u64::from(state.live.is_some());
    let (_, owner) = match state.live {
        Some(live) => live,
        None if waits == 0 => return None,
        None => {
            let first = amount::counted(waits, "earlier message");
            return Some(format!("{first} in {room} come first"));
        }
    };
    let runs = if archive.is_alive(owner) {
        format!("{room} is busy with an earlier message")
    } else {
        format!("{room} first ends what a process left behind that is gone")
    };
    Some(match waits {
        0 => runs,
        waits => format!("{runs}, and {} come before this one", amount::counted(waits, "other")),
    })
}
