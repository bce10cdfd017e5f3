//! A conversation without an engine, for tests.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::command::{
    Argument, Catalog, Category, CommandSpec, Completes, Surface, WhileBusy,
};
use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    ApprovalId, BotId, BotProfile, CallId, EnvelopeId, Event, EventKind, MessageId, ModelRef,
    RoomId, Scope, Timestamp, ToolResult, TraceId, TurnId, TurnOptions,
};
use ratatui::layout::Size;

use super::*;

/// A conversation without an engine.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) now: i64,
    pub(crate) seq: u64,
    pub(crate) turn: TurnId,
}

const STATUS: CommandSpec = CommandSpec {
    name: "status",
    aliases: &["info"],
    summary: "show how things are",
    category: Category::Info,
    arguments: &[],
    busy: WhileBusy::Bypass,
    surface: Surface::All,
    destructive: false,
};
static COMMANDS: [CommandSpec; 4] = [
    STATUS,
    CommandSpec {
        name: "model",
        aliases: &[],
        summary: "show or choose the model",
        category: Category::Settings,
        arguments: &[Argument { name: "NAME", completes: Completes::Model, needed: false }],
        ..STATUS
    },
    CommandSpec { name: "room", aliases: &[], summary: "go to a room", ..STATUS },
    CommandSpec { name: "bot", aliases: &[], summary: "choose who answers", ..STATUS },
];

fn bot(name: &str) -> BotProfile {
    BotProfile {
        id: name.parse().unwrap(),
        title: format!("The {name}"),
        emoji: String::new(),
        domain: String::new(),
        persona: String::new(),
        short_persona: String::new(),
        model: None,
        allowed_tools: Vec::new(),
        denied_tools: Vec::new(),
    }
}

impl Stage {
    pub(crate) fn new(size: (u16, u16), theme: &str) -> Self {
        let theme = Theme::named(theme).unwrap();
        let size = Size::new(size.0, size.1);
        let start = Timestamp::from_millis(1_000_000);
        let mut app = App::new(theme, Glyphs::UNICODE, false, size, start);
        app.greet("nanofolks. /help shows the commands.", None);
        let turn = TurnId::fresh();
        let mut stage = Self { app, now: 1_000_000, seq: 0, turn };
        let past = Past::empty(RoomId::general());
        stage.take(Msg::Opened(Box::new(Opened {
            options: TurnOptions::default(),
            bots: vec![bot("leader"), bot("coder")],
            model: Ok("lab/model".to_owned()),
            catalog: Catalog::new(&COMMANDS).with(OWN),
            busy: Busy::Queue,
            history: vec!["earlier".to_owned()],
            vi: false,
            past,
            locked: None,
        })));
        stage
    }

    pub(crate) fn take(&mut self, msg: Msg) -> Vec<Effect> {
        self.app.update(msg, Timestamp::from_millis(self.now))
    }

    /// The house says which themes there are.
    pub(crate) fn has_themes(&mut self) {
        let offer = |name: &str| Suggestion {
            value: name.to_owned(),
            about: String::new(),
            is_current: false,
        };
        self.take(Msg::Offers(Completes::Theme, Theme::names().map(offer).collect()));
    }

    pub(crate) fn event(&mut self, bot: Option<&str>, what: EventKind) -> Vec<Effect> {
        let mut event = Event::new(Timestamp::from_millis(self.now), RoomId::general(), what);
        event.turn = Some(self.turn);
        event.bot = bot.map(|bot| bot.parse().unwrap());
        if !event.what.is_live() {
            self.seq += 1;
            event.seq = Some(self.seq);
        }
        self.take(Msg::Event(Arc::new(event)))
    }

    pub(crate) fn begin(&mut self, text: &str) {
        self.begin_as(EnvelopeId::fresh(), text);
    }

    /// A turn of the message with this name.
    pub(crate) fn begin_as(&mut self, envelope: EnvelopeId, text: &str) {
        self.turn = TurnId::fresh();
        self.event(
            None,
            EventKind::TurnStarted {
                envelope,
                trace_id: TraceId::fresh(),
                channel: "tui".into(),
                sender: "you".into(),
                text: text.into(),
            },
        );
    }

    /// A turn begins that was asked for here.
    pub(crate) fn begins_ours(&mut self) {
        self.begin("hello");
        if let Some(turn) = &mut self.app.turn {
            turn.ours = true;
        }
    }

    pub(crate) fn starts(&mut self, bot: &str) {
        let model: ModelRef = "lab/model".parse().unwrap();
        self.event(Some(bot), EventKind::BotStarted { model });
    }

    pub(crate) fn says(&mut self, bot: &str, text: &str) {
        self.event(Some(bot), EventKind::TextDelta { text: text.into() });
    }

    pub(crate) fn finishes(&mut self, bot: &str, text: &str) {
        let (message, reason) = (MessageId::fresh(), "stop".to_owned());
        self.event(Some(bot), EventKind::BotFinished { message, text: text.into(), reason });
    }

    pub(crate) fn uses(&mut self, bot: &str, call: &str, summary: &str) {
        let (tool, summary) = ("read_file".to_owned(), summary.to_owned());
        let call_id: CallId = serde_json::from_value(call.into()).unwrap();
        self.event(Some(bot), EventKind::ToolStarted { call_id, tool, summary });
    }

    pub(crate) fn used(&mut self, bot: &str, call: &str) {
        let result = ToolResult {
            ok: true,
            tool: "read_file".into(),
            call_id: serde_json::from_value(call.into()).unwrap(),
            status: CallStatus::Ok,
            data: Some("x".repeat(1500).into()),
            error: None,
            truncated: None,
            warnings: Vec::new(),
            effects: Vec::new(),
            timing: Default::default(),
        };
        self.event(Some(bot), EventKind::ToolFinished { result });
    }

    pub(crate) fn ends(&mut self) {
        self.event(None, EventKind::TurnFinished { answers: Vec::new(), duration_ms: 5 });
    }

    pub(crate) fn asks(&mut self) -> ApprovalId {
        self.asks_with(|_| {})
    }

    pub(crate) fn asks_with(
        &mut self,
        change: impl FnOnce(&mut nanofolks_protocol::ApprovalRequest),
    ) -> ApprovalId {
        let id = ApprovalId::fresh();
        let mut request = nanofolks_protocol::ApprovalRequest {
            id,
            room: RoomId::general(),
            turn: self.turn,
            bot: BotId::LEADER,
            call_id: serde_json::from_value("c9".into()).unwrap(),
            tool: "write_file".into(),
            summary: "write notes.txt (9 bytes)".into(),
            preview: "--- notes.txt\n+++ notes.txt\n@@ -0,0 +1 @@\n+buy milk".into(),
            arguments: serde_json::Value::Null,
            effects: vec![nanofolks_protocol::Effect::FsWrite],
            reason: "it writes a file".into(),
            scopes: vec![Scope::Once, Scope::Session],
            pattern: "write_file in this folder".into(),
            folder: "/work".into(),
            network: nanofolks_protocol::Network::None,
            cost: nanofolks_protocol::Cost::Free,
            question: None,
            expires_at: Timestamp::from_millis(self.now + 600_000),
        };
        change(&mut request);
        self.event(Some("leader"), EventKind::ApprovalRequested { request: Box::new(request) });
        id
    }

    pub(crate) fn press(&mut self, code: KeyCode) -> Vec<Effect> {
        self.take(Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    pub(crate) fn ctrl(&mut self, c: char) -> Vec<Effect> {
        self.take(Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)))
    }

    pub(crate) fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
        }
    }

    pub(crate) fn rows(&mut self) -> Vec<String> {
        self.app.take_rows().iter().map(Row::plain).collect()
    }
}
