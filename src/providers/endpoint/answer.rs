//! An answer on its way in, from its first byte to its last.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use nanofolks_protocol::ModelErrorKind;
use reqwest::Response;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use crate::fault::Fault;
use crate::frames::{Frames, Framing};
use crate::http::limits::Limits;
use crate::http::trouble;
use crate::wire::{Decode, Events, Progress};

/// How long the end of the body may follow a closed answer: a connection read to its end can
/// carry the next request.
const LAST_BYTES: Duration = Duration::from_millis(20);

/// Most bytes of an answer that nobody can see before it is closed: what a tool is called with.
const MOST_KEPT: usize = 16 << 20;

/// Most chunks read at once.
const CHUNKS: usize = 256;

/// One answer.
pub(super) struct Answer {
    response: Response,
    frames: Frames,
    decoder: Box<dyn Decode>,
    watch: Watch,
}

impl Answer {
    /// At its first byte.
    pub(super) fn new(
        response: Response,
        framing: Framing,
        decoder: Box<dyn Decode>,
        limits: &Limits,
    ) -> Self {
        Self { response, frames: Frames::new(framing), decoder, watch: Watch::new(limits) }
    }

    /// Reads until there is at least one event, and what has arrived by then; `false` when
    /// there will be no more.
    pub(super) async fn read(&mut self, events: &mut Events) -> Result<bool, Fault> {
        for _ in 0..CHUNKS {
            let chunk = if events.is_empty() {
                self.watch.chunk(&mut self.response).await?
            } else {
                match here(self.response.chunk()).await {
                    Some(chunk) => chunk.map_err(|error| trouble::of_body(&error))?,
                    None => return Ok(true),
                }
            };
            let Some(chunk) = chunk else {
                self.frames.finish();
                if self.decode(events)? == Progress::More {
                    self.decoder.end(events)?;
                }
                return Ok(false);
            };
            self.frames.push(chunk)?;
            if self.decode(events)? == Progress::Closed {
                let rest = async { while let Ok(Some(_)) = self.response.chunk().await {} };
                let _in_time = timeout(LAST_BYTES, rest).await.is_ok();
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn decode(&mut self, events: &mut Events) -> Result<Progress, Fault> {
        while let Some(frame) = self.frames.next()? {
            let progress = self.decoder.push(&frame, events)?;
            if self.decoder.kept() > MOST_KEPT {
                let why = "sends an absurdly long answer";
                return Err(Fault::new(ModelErrorKind::Malformed, why));
            }
            if progress == Progress::Closed {
                return Ok(progress);
            }
        }
        Ok(Progress::More)
    }
}

/// What is there already; `None` when it has to be waited for. The connection is a task of
/// its own and hands over one chunk at a time, so it gets one turn in between.
async fn here<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut had_its_turn = false;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending if had_its_turn => Poll::Ready(None),
        Poll::Pending => {
            had_its_turn = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await
}

/// Notices when nothing comes for too long. The timer is set once and looked at when it rings,
/// so that a piece of the answer costs no timer.
struct Watch {
    timer: Pin<Box<Sleep>>,
    idle: Duration,
    quiet_since: Instant,
    end: Option<Instant>,
}

impl Watch {
    fn new(limits: &Limits) -> Self {
        let now = Instant::now();
        let end = limits.total.map(|total| now + total);
        let patience = now + limits.idle;
        let timer = Box::pin(sleep_until(end.map_or(patience, |end| patience.min(end))));
        Self { timer, idle: limits.idle, quiet_since: now, end }
    }

    async fn chunk(&mut self, response: &mut Response) -> Result<Option<Bytes>, Fault> {
        self.quiet_since = Instant::now();
        loop {
            tokio::select! {
                biased;
                chunk = response.chunk() => {
                    return chunk.map_err(|error| trouble::of_body(&error));
                }
                () = &mut self.timer => self.rung()?,
            }
        }
    }

    fn rung(&mut self) -> Result<(), Fault> {
        let now = Instant::now();
        if self.end.is_some_and(|end| end <= now) {
            return Err(Fault::new(ModelErrorKind::Timeout, "the answer took too long"));
        }
        let patience = self.quiet_since + self.idle;
        if patience <= now {
            let seconds = self.idle.as_secs();
            let message = format!("nothing came for {seconds} s in the middle of the answer");
            return Err(Fault::new(ModelErrorKind::Timeout, message));
        }
        self.timer.as_mut().reset(self.end.map_or(patience, |end| patience.min(end)));
        Ok(())
    }
}
