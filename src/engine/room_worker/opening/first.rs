//! What is on disk before a model is asked the first time.

use std::sync::Arc;

use nanofolks_protocol::event::Stage;
use nanofolks_protocol::ports::Clock as _;
use nanofolks_protocol::{BotId, Event, EventKind, NoticeLevel, Problem, Write};

use crate::compaction;
use crate::engine::Shared;
use crate::turn::{self, Job, Prepared};

/// What is on disk before the model is asked: that the turn began, the message, the request.
pub(super) fn first_writes(shared: &Shared, job: &mut Job, masked: bool) -> Vec<Write> {
    let masked = shared.reel.rare("masked", || masked.then_some(true)).is_some();
    let reserved = turn::reserve_first(shared, job);
    let job = &*job;
    let event = |bot: Option<&BotId>, what| {
        Write::Event(Box::new(Event {
            session: Some(job.session.id),
            turn: Some(job.turn),
            bot: bot.cloned(),
            ..Event::new(job.source.now(), job.envelope.room.clone(), what)
        }))
    };
    let envelope = &job.envelope;
    let mut writes = vec![
        event(
            None,
            EventKind::TurnStarted {
                envelope: envelope.id,
                trace_id: envelope.trace_id,
                channel: envelope.channel.clone(),
                sender: envelope.sender.name.clone(),
                text: envelope.text.clone(),
            },
        ),
        Write::Message { session: job.session.id, message: Arc::clone(&job.user_message) },
    ];
    if masked {
        writes.push(event(None, masked_notice()));
    }
    let Ok(prepared) = &job.prepared else { return writes };
    for decided in &prepared.plan.decided {
        let (decided_what, reasons) = (decided.what.clone(), decided.reasons.clone());
        let stage: Stage = decided.stage;
        writes.push(event(None, EventKind::TurnStage { stage, decided: decided_what, reasons }));
    }
    if let Some(text) = &prepared.plan.stranger {
        writes.push(event(None, stranger_notice(text, prepared)));
    }
    let is_first = job.session.messages == 0;
    for one in prepared.all() {
        let bot = Some(&one.bot.id);
        writes.push(event(bot, EventKind::BotStarted { model: one.model.clone() }));
        writes.extend(notices(one, is_first).into_iter().map(|notice| event(bot, notice)));
    }
    writes.extend(prepared.absent.iter().map(|(bot, why)| event(None, absent_notice(bot, why))));
    if let Some(shortened) = &prepared.shortened {
        let checkpoint = Box::new(shortened.checkpoint.clone());
        writes.push(Write::Checkpoint { session: job.session.id, checkpoint });
    }
    writes.extend(prepared.past.head.iter().map(compaction::Head::content));
    for one in prepared.all() {
        let (system, tools) = (one.system.clone(), one.tools.clone());
        writes.push(Write::Content { id: system.0, bytes: system.1 });
        writes.push(Write::Content { id: tools.0, bytes: tools.1 });
    }
    // Last before the requests: when a ceiling is in the way, only those are not written.
    writes.extend(reserved);
    for one in prepared.all() {
        let messages: Vec<_> = one.past.messages.iter().map(|message| message.id).collect();
        let record = turn::request_record(job, one, &messages);
        writes.push(Write::Request(Box::new(record)));
    }
    writes
}

/// A name that nobody here has.
fn stranger_notice(text: &str, prepared: &Prepared) -> EventKind {
    EventKind::Notice {
        level: NoticeLevel::Info,
        code: "bot_unknown".to_owned(),
        text: text.to_owned(),
        hint: Some(format!("@{} answers", prepared.bot.id)),
    }
}

/// One of several who cannot answer.
fn absent_notice(bot: &BotId, why: &Problem) -> EventKind {
    EventKind::Notice {
        level: NoticeLevel::Error,
        code: "bot_failed".to_owned(),
        text: format!("@{bot} cannot answer: {}", why.message),
        hint: why.hint.clone(),
    }
}

/// What the user should know before the answer comes.
pub(super) fn notices(prepared: &Prepared, is_first: bool) -> Vec<EventKind> {
    let mut notices = Vec::new();
    if let Some(wanted) = &prepared.instead_of {
        notices.push(EventKind::Notice {
            level: NoticeLevel::Warn,
            code: "fallback".to_owned(),
            text: format!("{wanted} could not be reached lately; {} answers", prepared.model),
            hint: None,
        });
    }
    if prepared.tools_unused {
        notices.push(EventKind::Notice {
            level: NoticeLevel::Info,
            code: "no_tools".to_owned(),
            text: format!("{} cannot use tools, so none are offered to it", prepared.model),
            hint: Some("for work with files choose a larger model: `nanofolks model list`".into()),
        });
    }
    if let Some((name, bytes)) = prepared.cut.as_ref().filter(|_| is_first) {
        notices.push(EventKind::Notice {
            level: NoticeLevel::Warn,
            code: "instructions_cut".to_owned(),
            text: format!("{name} has {bytes} bytes; only its beginning is sent"),
            hint: Some("keep it below 16 kB: it is part of every request".into()),
        });
    }
    if let Some(shortened) = &prepared.shortened {
        notices.extend(shortened.events("emergency: the next request would not fit"));
    } else if let Some(head) = prepared.past.head.as_ref().filter(|_| prepared.newly_summed_up) {
        notices.push(compaction::notice(&head.checkpoint));
    }
    if prepared.past.left_out > 0 {
        notices.push(EventKind::Notice {
            level: NoticeLevel::Warn,
            code: "history_cut".to_owned(),
            text: format!(
                "{} older messages are left out of what {} is sent",
                prepared.past.left_out, prepared.model
            ),
            hint: None,
        });
    }
    notices
}

pub(super) fn masked_notice() -> EventKind {
    EventKind::Notice {
        level: NoticeLevel::Warn,
        code: "secret_masked".to_owned(),
        text: "something in the message looks like a secret; it was masked before it was stored \
               or sent"
            .to_owned(),
        hint: None,
    }
}
