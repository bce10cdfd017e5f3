//! The thin shell around the state machine: keys, events and time in; bytes and wishes out.
//!
//! Keys are drawn at once. Everything else is drawn at most 60 times a second, and while
//! nothing happens nothing wakes up.

mod burst;
mod effects;
mod house;
mod keys;
mod place;
mod signals;
mod waits;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event as Input, KeyEvent};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use nanofolks_protocol::handle::Followed;
use nanofolks_protocol::{EngineHandle, EventStream, Op, Problem, ProblemKind};
use ratatui::layout::Size;
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::Instant;

pub use self::house::{House, Setup, ThemeChanges, Tmux};
use self::keys::Keys;
use self::place::Look;
use self::signals::Signals;
use self::waits::{after, at, further, next_event, next_key, theme, work};
use crate::app::{App, Msg};
use crate::background::{self, Background, Heard};
use crate::first::Progress;
use crate::screen::{Screen, Sight};
use crate::terminal::{self, Call, Terminal};
use crate::view::{self, Canvas};

/// Between two frames that nobody typed.
const PACE: Duration = Duration::from_millis(17);
/// How long the size must be quiet before the region is drawn again.
const QUIET: Duration = Duration::from_millis(40);

/// Talks until the person leaves.
///
/// # Errors
/// `terminal_unusable` when there is none; what [`House::open`] says.
pub async fn run(setup: Setup, house: &mut impl House) -> Result<(), Problem> {
    let device = Terminal::enter(setup.reach).map_err(|error| unusable(&error))?;
    let mut shell = Shell::new(&setup, device, house).map_err(|error| unusable(&error))?;
    let ended = shell.talk(&setup).await;
    shell.close().await;
    ended
}

/// Everything that is not the state machine.
struct Shell<'h, H> {
    house: &'h mut H,
    app: App,
    screen: Screen,
    canvas: Canvas,
    device: Terminal,
    keys: Option<Keys>,
    /// Listens for the answer to the question that was asked.
    background: Option<Background>,
    signals: Signals,
    handle: Option<EngineHandle>,
    events: Option<EventStream>,
    /// What is asked of the engine and of the house; the answers come as messages.
    wishes: FuturesUnordered<BoxFuture<'static, Msg>>,
    /// Done when the message before the next one is on its way.
    before: Option<oneshot::Receiver<()>>,
    /// What the house does beside the conversation.
    work: Option<BoxFuture<'static, Msg>>,
    /// How far that has come.
    far: watch::Receiver<Option<Progress>>,
    themes: Option<ThemeChanges>,
    /// Done when something was written to the home.
    written: Option<BoxFuture<'static, ()>>,
    call: Call,
    /// Rung when the grammars are loaded.
    bell: Arc<Notify>,
    look: Look,
    /// Where the next frame is counted from.
    drawn: Instant,
    /// When the next frame is due, if something changed.
    due: Option<Instant>,
    leaving: bool,
    /// What ended it, when something went wrong.
    problem: Option<Problem>,
}

/// What woke us.
enum Woken {
    Input(Option<io::Result<Input>>),
    Followed(Followed),
    Answered(Box<Msg>),
    Worked(Msg),
    Frame,
    Time,
    Grammars,
    Seen(Option<Sight>),
    News,
    Pause,
    End,
}

impl<'h, H: House> Shell<'h, H> {
    fn new(setup: &Setup, device: Terminal, house: &'h mut H) -> io::Result<Self> {
        let size = terminal::size();
        let mut app = App::new(setup.theme.clone(), setup.glyphs, setup.links, size, house.now());
        let bell = Arc::new(Notify::new());
        let ring = Arc::clone(&bell);
        app.languages.ring(move || ring.notify_one());
        let mut screen = Screen::new(size, setup.depth, setup.links)
            .reflowing(setup.reflows)
            .in_tmux(setup.tmux != Tmux::No)
            .readable(setup.tmux == Tmux::Near);
        app.own_cursor = screen.has_caret();
        place::open(&mut screen, setup.reach)?;
        if setup.by_background {
            terminal::write(background::QUESTION)?;
        }
        Ok(Self {
            house,
            app,
            screen,
            canvas: Canvas::default(),
            device,
            keys: Some(Keys::new()),
            background: setup.by_background.then(Background::default),
            signals: Signals::new()?,
            handle: None,
            events: None,
            wishes: FuturesUnordered::new(),
            before: None,
            work: None,
            far: watch::channel(None).1,
            themes: None,
            written: None,
            call: setup.call,
            bell,
            look: Look::default(),
            drawn: Instant::now(),
            due: None,
            leaving: false,
            problem: None,
        })
    }

    async fn talk(&mut self, setup: &Setup) -> Result<(), Problem> {
        self.draw()?;
        let first = if self.house.is_first()? { Msg::First } else { self.open().await? };
        // Where that did not work, the problem is all there is to say.
        self.app.greet(&setup.greeting, setup.trouble.as_deref());
        self.take(first).await;
        self.draw()?;
        while !self.leaving {
            let woken = self.wait().await;
            self.woken(woken).await?;
            if self.due.is_some_and(|due| due <= Instant::now()) && !self.leaving {
                self.draw()?;
            }
        }
        match self.problem.take() {
            Some(problem) => Err(problem),
            None => Ok(()),
        }
    }

    /// Opens the house; again, when it was open.
    async fn open(&mut self) -> Result<Msg, Problem> {
        self.events = None;
        if let Some(handle) = self.handle.take() {
            let _stopped = handle.submit(Op::Shutdown).await.is_ok();
        }
        let (handle, opened) = self.house.open().await?;
        self.events = Some(handle.subscribe());
        self.handle = Some(handle);
        self.themes = self.house.theme_changes();
        self.written = self.house.written();
        Ok(Msg::Opened(Box::new(opened)))
    }

    async fn wait(&mut self) -> Woken {
        let wakes = self.app.wakes_in().map(Duration::from_millis);
        let keys = self.keys.as_mut();
        tokio::select! {
            biased;
            called = self.signals.next() => called,
            input = next_key(keys) => Woken::Input(input),
            () = at(self.due) => Woken::Frame,
            // Before the wishes: it is listened for when they are asked.
            () = work(self.written.as_mut()) => Woken::News,
            answer = self.wishes.next(), if !self.wishes.is_empty() => match answer {
                Some(answer) => Woken::Answered(Box::new(answer)),
                None => Woken::Time,
            },
            followed = next_event(self.events.as_mut()) => Woken::Followed(followed),
            msg = work(self.work.as_mut()) => Woken::Worked(msg),
            progress = further(&mut self.far) => Woken::Worked(Msg::Progress(progress)),
            changed = theme(self.themes.as_mut()) => Woken::Answered(Box::new(changed)),
            () = self.bell.notified() => Woken::Grammars,
            sight = work(self.look.sight.as_mut()) => Woken::Seen(sight),
            () = after(wakes) => Woken::Time,
        }
    }

    async fn woken(&mut self, woken: Woken) -> Result<(), Problem> {
        match woken {
            Woken::Input(Some(Ok(Input::Paste(mut text)))) => {
                let next = self.whole_paste(&mut text).await;
                self.input(Input::Paste(text)).await?;
                match next {
                    Some(Some(Ok(next))) => return self.input(next).await,
                    Some(_) => self.leaving = true,
                    None => {}
                }
            }
            Woken::Input(Some(Ok(input))) => return self.input(input).await,
            Woken::Input(_) | Woken::End => self.leaving = true,
            Woken::Frame => return self.draw(),
            Woken::Followed(followed) => {
                self.followed(followed).await;
                // Whatever else is there already belongs to the same frame.
                for _ in 0..256 {
                    let next = self.events.as_mut().and_then(EventStream::try_next);
                    let Some(next) = next else { break };
                    self.followed(next).await;
                }
                self.soon();
            }
            Woken::Answered(msg) => {
                if matches!(*msg, Msg::Written(_)) {
                    self.take_again()?;
                }
                self.take(*msg).await;
                self.soon();
            }
            Woken::Worked(msg) => {
                if !matches!(msg, Msg::Progress(_)) {
                    self.work = None;
                }
                self.take(msg).await;
                self.soon();
            }
            Woken::Grammars => self.soon(),
            Woken::News => {
                self.written = self.house.written();
                // What was written is asked for before there is anything to draw.
                self.take(Msg::News).await;
            }
            Woken::Time => {
                self.take(Msg::Tick).await;
                self.soon();
            }
            Woken::Seen(sight) => return self.seen(sight.as_ref()),
            Woken::Pause => self.pause()?,
        }
        Ok(())
    }

    async fn followed(&mut self, followed: Followed) {
        match followed {
            Followed::Event(event) => self.take(Msg::Event(event)).await,
            Followed::Gap(_) => self.take(Msg::Gap).await,
            Followed::Closed => {
                self.events = None;
                self.take(Msg::Closed).await;
            }
        }
    }

    async fn input(&mut self, input: Input) -> Result<(), Problem> {
        let msg = match input {
            Input::Key(key) => return self.key(key).await,
            Input::Paste(text) => Msg::Paste(text),
            Input::FocusGained => Msg::Focus(true),
            Input::FocusLost => Msg::Focus(false),
            Input::Mouse(event) => Msg::Mouse(event, event.row.saturating_sub(self.screen.top())),
            Input::Resize(width, height) => {
                return self.resized(Size::new(width.max(1), height.max(1))).await;
            }
        };
        let drawn = !matches!(msg, Msg::Focus(_));
        self.take(msg).await;
        if drawn && !self.leaving { self.draw() } else { Ok(()) }
    }

    async fn key(&mut self, key: KeyEvent) -> Result<(), Problem> {
        let keys = match self.background.as_mut().map(|background| background.take(key)) {
            None => vec![key],
            Some(Heard::Keys(keys)) => keys,
            Some(Heard::Part) => return Ok(()),
            Some(Heard::Light(light)) => {
                self.background = None;
                self.take(Msg::Background(light)).await;
                return self.draw();
            }
        };
        for key in keys {
            self.take(Msg::Key(key)).await;
        }
        if self.leaving { Ok(()) } else { self.draw() }
    }

    async fn resized(&mut self, size: Size) -> Result<(), Problem> {
        if size == self.screen.size() && size == self.app.size && self.due.is_none() {
            return Ok(());
        }
        let bytes = self.screen.resize(size);
        terminal::write(&bytes).map_err(|error| unusable(&error))?;
        self.take(Msg::Resize(size)).await;
        self.due = Some(Instant::now() + QUIET);
        Ok(())
    }

    /// Draws with the next frame.
    fn soon(&mut self) {
        if self.due.is_none() {
            let next = self.drawn + PACE;
            self.due = Some(next.max(Instant::now()));
        }
    }

    fn draw(&mut self) -> Result<(), Problem> {
        if self.keys.is_none() {
            // Somebody else has the terminal; what there is to show waits.
            self.due = None;
            return Ok(());
        }
        let size = terminal::size();
        if size != self.screen.size() {
            // The news of it is on its way; what is drawn now is right already.
            let bytes = self.screen.resize(size);
            terminal::write(&bytes).map_err(|error| unusable(&error))?;
            let _nothing = self.app.update(Msg::Resize(size), self.house.now());
        }
        for row in self.app.take_rows() {
            self.screen.commit(row);
        }
        self.screen.hold(self.app.is_settling());
        if self.seek().map_err(|error| unusable(&error))? {
            return Ok(());
        }
        let least = self.screen.least();
        view::draw_on(&mut self.canvas, &mut self.app, least);
        let bytes = if self.app.whole {
            if self.screen.asks_place() && !self.find_place() {
                self.app.one_screen = true;
                self.screen.give_up_reading();
                return self.draw();
            }
            self.screen.frame_whole(self.canvas.buffer())
        } else {
            self.screen.only(self.canvas.take_changed());
            self.screen.frame_at(self.canvas.buffer(), self.app.caret)
        };
        terminal::is_other(self.screen.is_other());
        // Two in a row when there was time before: what comes just after a second has passed is
        // seen as soon as anything else.
        let now = Instant::now();
        self.drawn = (self.drawn + PACE).clamp(now.checked_sub(PACE).unwrap_or(now), now);
        self.due = None;
        if bytes.is_empty() {
            return Ok(());
        }
        terminal::write(&bytes).map_err(|error| unusable(&error))
    }

    /// Hands a message to the state machine and does what it wants.
    async fn take(&mut self, msg: Msg) {
        let mut effects = self.app.update(msg, self.house.now());
        while !effects.is_empty() {
            let mut more = Vec::new();
            for effect in effects {
                if let Some(msg) = self.effect(effect).await {
                    more.extend(self.app.update(msg, self.house.now()));
                }
            }
            effects = more;
        }
    }

    /// To the background, and back when the shell says so.
    fn pause(&mut self) -> Result<(), Problem> {
        let is_ours = self.keys.is_some();
        if is_ours {
            self.give_back()?;
        }
        let me = rustix::process::getpid();
        // Not the signal we handle ourselves, but the one that nobody can.
        let _stopped = rustix::process::kill_process(me, rustix::process::Signal::STOP).is_ok();
        // An editor that has the terminal was stopped with us and goes on with us.
        if is_ours { self.take_again() } else { Ok(()) }
    }

    fn give_back(&mut self) -> Result<(), Problem> {
        self.keys = None;
        // The reader was woken to end it. Taken together with the first key that follows, that
        // would hide the key until the next one.
        let _woken = crossterm::event::poll(Duration::ZERO).is_ok();
        let bytes = self.screen.leave();
        terminal::is_other(false);
        terminal::write(&bytes).map_err(|error| unusable(&error))?;
        self.device.leave().map_err(|error| unusable(&error))
    }

    fn take_again(&mut self) -> Result<(), Problem> {
        self.device.again().map_err(|error| unusable(&error))?;
        let size = terminal::size();
        let _nothing = self.screen.resize(size);
        self.app.size = size;
        place::open(&mut self.screen, self.device.reach()).map_err(|error| unusable(&error))?;
        self.keys = Some(Keys::new());
        self.draw()
    }

    /// Takes the region off the screen, gives the terminal back, lets what runs end in order.
    async fn close(&mut self) {
        if let Some((room, draft)) = self.app.unkept() {
            self.house.keep_draft(&room, draft);
        }
        for row in self.app.take_rows() {
            self.screen.commit(row);
        }
        let bytes = self.screen.leave();
        terminal::is_other(false);
        // A terminal that is gone needs nothing.
        let _written = terminal::write(&bytes).is_ok();
        self.keys = None;
        let _given = self.device.leave().is_ok();
        if let Some(handle) = self.handle.take() {
            if let Some(stop) = self.app.take_farewell() {
                // It may have ended by itself in the same moment.
                let _stopped = handle.submit(stop).await.is_ok();
            }
            let _stopped = handle.submit(Op::Shutdown).await.is_ok();
        }
    }
}

fn unusable(error: &io::Error) -> Problem {
    let message = format!("cannot use the terminal: {error}");
    Problem::new(ProblemKind::Failure, "terminal_unusable", message).hint("--plain needs less")
}
