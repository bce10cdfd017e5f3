//! What the state machine wants, done: asked of the engine, of the house, told to the
//! terminal.

use std::sync::Arc;

use nanofolks_protocol::{Control, Envelope, EnvelopeId, Op, Problem};
use tokio::sync::{oneshot, watch};

use super::{House, Shell};
use crate::app::{Effect, Msg, Wish};
use crate::composer::{Sending, mention};
use crate::desk::Gathered;
use crate::first::{Hear, Job};
use crate::terminal;

impl<H: House> Shell<'_, H> {
    pub(super) async fn effect(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::Submit(wish) => self.submit(wish),
            Effect::Enter(room) => {
                return Some(match self.house.enter(&room).await {
                    Ok(past) => Msg::Entered(Box::new(past)),
                    Err(problem) => Msg::Problem(problem),
                });
            }
            Effect::Resume(session, from) => {
                return match self.house.resume(session, from).await {
                    Ok(past) => past.map(|past| Msg::Entered(Box::new(past))),
                    Err(problem) => Some(Msg::Problem(problem)),
                };
            }
            Effect::Keep { provider, key } => {
                let job = self.house.keep(provider, key);
                self.wishes.push(Box::pin(async { Msg::Kept(job.await) }));
            }
            Effect::LookAtVault => return Some(Msg::VaultWaits(self.house.has_passphrase())),
            Effect::Unlock(passphrase) => {
                let job = self.house.unlock(passphrase);
                self.wishes.push(Box::pin(async { Msg::Unlocked(job.await) }));
            }
            Effect::Remember(line) => self.house.remember(&line),
            Effect::Editor(text) => {
                if let Err(problem) = self.give_back() {
                    return Some(Msg::Problem(problem));
                }
                let job = self.house.edit(text);
                self.wishes.push(Box::pin(async { Msg::Written(job.await) }));
            }
            Effect::Draft(room, draft) => self.house.keep_draft(&room, draft),
            Effect::Write(bytes) => {
                let _told = terminal::write(&bytes).is_ok();
            }
            Effect::Mouse(ours) => {
                let _told = self.device.mouse(ours).is_ok();
            }
            Effect::Suspend => {
                if let Err(problem) = self.pause() {
                    self.problem = Some(problem);
                    self.leaving = true;
                }
            }
            Effect::Redraw => self.screen.invalidate(),
            Effect::Theme(name) => {
                let theme = self.house.theme(&name);
                self.themes = self.house.theme_changes();
                return Some(Msg::ThemeCame(name, theme));
            }
            Effect::Notify(text) => {
                let _told = terminal::write(&self.call.bytes(&text)).is_ok();
            }
            Effect::StopWork => self.work = None,
            Effect::Open => match self.open().await {
                Ok(msg) => return Some(msg),
                Err(problem) => {
                    self.problem = Some(problem);
                    self.leaving = true;
                }
            },
            Effect::Leave => self.leaving = true,
            effect => self.begin(effect),
        }
        None
    }

    /// Begins what takes its time; the answer is a message.
    fn begin(&mut self, effect: Effect) {
        match effect {
            Effect::Offers(completes) => {
                let offers = self.house.offers(completes);
                let answer = async move { Msg::Offers(completes, offers.await) };
                self.wishes.push(Box::pin(answer));
            }
            Effect::Own { name, rest } => {
                let job = self.house.own(name, &rest, self.app.session);
                self.wishes.push(Box::pin(async { Msg::Printed(job.await) }));
            }
            Effect::Picture(source) => {
                let job = self.house.picture(source.clone());
                self.wishes.push(Box::pin(async { Msg::Pictured(source, job.await) }));
            }
            Effect::List => {
                let job = self.house.files(self.app.options.folder.clone());
                // A folder that cannot be read has no names to offer.
                let names = async move { Msg::Listed(job.await.unwrap_or_default()) };
                self.wishes.push(Box::pin(names));
            }
            Effect::Copy(text) => {
                let job = self.house.copy(text);
                self.wishes.push(Box::pin(async { Msg::Copied(job.await) }));
            }
            Effect::Look => {
                let job = self.house.look();
                self.work = Some(Box::pin(async { Msg::Found(job.await) }));
            }
            Effect::Settle(chosen) => {
                let (tell, far) = watch::channel(None);
                self.far = far;
                let hear: Hear = Arc::new(move |progress| drop(tell.send(Some(progress))));
                let job = self.house.settle(chosen, hear);
                self.work = Some(Box::pin(async { Msg::Settled(job.await) }));
            }
            // The rest was done at once.
            _ => {}
        }
    }

    fn submit(&mut self, wish: Wish) {
        let Some(handle) = self.handle.clone() else { return };
        let Some(op) = self.op(&wish) else { return };
        let files = match &wish {
            Wish::Post(_, said) | Wish::Steer(_, said) => self.files(said),
            _ => None,
        };
        if !is_ordered(&wish) {
            self.wishes.push(Box::pin(async move {
                let answer = handle.submit(op).await;
                Msg::Answered(wish, answer)
            }));
            return;
        }
        let (sent, before) = oneshot::channel();
        let before = self.before.replace(before);
        self.wishes.push(Box::pin(async move {
            let found = match files {
                Some(files) => files.await,
                None => Ok(Gathered::default()),
            };
            if let Some(before) = before {
                let _sent = before.await.is_ok();
            }
            let (wish, op) = along(wish, op, found);
            let answer = handle.submit(op).await;
            drop(sent);
            Msg::Answered(wish, answer)
        }));
    }

    /// The files that a message names.
    fn files(&mut self, said: &Sending) -> Option<Job<Gathered>> {
        let bots: Vec<_> = self.app.bots.iter().map(|bot| bot.id.clone()).collect();
        let names = mention::files(said.draft.typed(), &bots);
        (!names.is_empty()).then(|| self.house.gather(names, &self.app.options))
    }

    fn op(&self, wish: &Wish) -> Option<Op> {
        let room = self.app.room.as_ref()?;
        let envelope = |id: Option<EnvelopeId>, text: &str| {
            let made = self.house.envelope(room, self.app.session, text.to_owned());
            Box::new(match id {
                Some(id) => Envelope { id, idempotency_key: format!("tui:{id}"), ..made },
                None => made,
            })
        };
        let options = Box::new(self.app.options.clone());
        Some(match wish {
            Wish::Post(id, said) => Op::Post { envelope: envelope(Some(*id), &said.text), options },
            Wish::Steer(id, said) => {
                Op::Steer { envelope: envelope(Some(*id), &said.text), options }
            }
            Wish::TakeBack(id, _) => {
                let what = Box::new(Control::Withdraw { envelope: *id });
                Op::Control { room: room.clone(), what }
            }
            Wish::Command(line) => Op::Command { envelope: envelope(None, line), options },
            Wish::Plain(op) => (**op).clone(),
        })
    }
}

/// Whether a wish comes after the one before it: messages arrive in the order in which they
/// were sent, and one can be taken out of the queue once it is in it.
fn is_ordered(wish: &Wish) -> bool {
    match wish {
        Wish::Post(..) | Wish::Steer(..) | Wish::TakeBack(..) => true,
        Wish::Plain(op) => matches!(**op, Op::Control { .. }),
        Wish::Command(_) => false,
    }
}

/// The wish and its op with the files that go along.
fn along(mut wish: Wish, mut op: Op, found: Result<Gathered, Problem>) -> (Wish, Op) {
    let found = found.unwrap_or_else(|problem| Gathered {
        remarks: vec![format!("nothing is attached: {}", problem.message)],
        ..Gathered::default()
    });
    if let (
        Wish::Post(_, said) | Wish::Steer(_, said),
        Op::Post { envelope, .. } | Op::Steer { envelope, .. },
    ) = (&mut wish, &mut op)
    {
        envelope.attachments.clone_from(&said.images);
        envelope.attachments.extend(found.attached);
        said.remarks = found.remarks;
    }
    (wish, op)
}
