//! The thin shell around the state machine: keys, events and time in; bytes and wishes out.
//!
//! Keys are drawn at once. Everything else is drawn at most every 16 milliseconds, and while
//! nothing happens nothing wakes up.

mod waits;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event as Input, EventStream as Keys};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use nanofolks_protocol::command::Completes;
use nanofolks_protocol::handle::Followed;
use nanofolks_protocol::{
    EngineHandle, Envelope, EnvelopeId, EventStream, Op, Problem, ProblemKind, RoomId, Secret,
    SessionId, Timestamp,
};
use ratatui::layout::Size;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use self::waits::{after, at, further, next_event, next_key, work};
use crate::app::{App, Effect, Msg, Opened, Past, Suggestion, Wish};
use crate::first::{Chosen, Found, Hear, Job, Progress, Settled};
use crate::glyphs::Glyphs;
use crate::screen::{ColorDepth, Screen};
use crate::terminal::{self, Terminal};
use crate::theme::Theme;
use crate::view;

/// Between two frames that nobody typed.
const PACE: Duration = Duration::from_millis(16);
/// How long the size must be quiet before the region is drawn again.
const QUIET: Duration = Duration::from_millis(40);
/// Rows of the region when it first appears.
const FIRST: u16 = 3;

/// What the roof does for this front end.
pub trait House {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Opens everything; called once the prompt is on the screen.
    ///
    /// # Errors
    /// What is wrong with the home, the configuration or the flags.
    fn open(&mut self) -> impl Future<Output = Result<(EngineHandle, Opened), Problem>>;

    /// Whether the person is asked who answers before anything is opened. Looks, opens nothing.
    ///
    /// # Errors
    /// What is wrong with the home, the configuration or the flags.
    fn is_first(&mut self) -> Result<bool, Problem>;

    /// Looks what is here: keys, servers, models. Asks nobody but this machine.
    fn look(&mut self) -> Job<Found>;

    /// Makes a choice so. The house is another one then, and is to be opened again.
    fn settle(&mut self, chosen: Chosen, hear: Hear) -> Job<Settled>;

    /// A room and its newest events.
    ///
    /// # Errors
    /// When it cannot be read.
    fn enter(&mut self, room: &RoomId) -> impl Future<Output = Result<Past, Problem>>;

    /// A session of the room and the newest that was said in it; `None` when it branched from
    /// the session `from`.
    ///
    /// # Errors
    /// When it cannot be read.
    fn resume(
        &mut self,
        session: SessionId,
        from: Option<SessionId>,
    ) -> impl Future<Output = Result<Option<Past>, Problem>>;

    /// A message of the person.
    fn envelope(&self, room: &RoomId, session: Option<SessionId>, text: String) -> Envelope;

    /// What an argument can be, found out beside everything else.
    fn offers(&self, completes: Completes) -> BoxFuture<'static, Vec<Suggestion>>;

    /// Stores the key of a provider and says where it is; it may ask for the passphrase of
    /// the place, the terminal is its own.
    ///
    /// # Errors
    /// When there is no such provider, or the key cannot be stored.
    fn keep(&mut self, provider: &str, key: &Secret) -> Result<String, Problem>;

    /// Keeps a line for later conversations.
    fn remember(&mut self, line: &str);

    /// Edits a text in the person's editor; the terminal is theirs meanwhile.
    ///
    /// # Errors
    /// When there is no editor, or it failed.
    fn edit(&mut self, text: &str) -> Result<String, Problem>;

    /// Carries out a command that needs the whole house; it may print, the terminal is its own.
    ///
    /// # Errors
    /// What went wrong.
    fn own(&mut self, name: &str, rest: &str, session: Option<SessionId>) -> Result<(), Problem>;
}

/// How the terminal is used.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The look of each role.
    pub theme: Theme,
    /// What is wrong with the theme that was wished.
    pub trouble: Option<String>,
    /// The marks.
    pub glyphs: Glyphs,
    /// How many colours there are.
    pub depth: ColorDepth,
    /// Whether the terminal knows links.
    pub links: bool,
    /// Whether it knows nothing but the basics.
    pub simple: bool,
    /// The line that is said first.
    pub greeting: String,
}

/// Talks until the person leaves.
///
/// # Errors
/// `terminal_unusable` when there is none; what [`House::open`] says.
pub async fn run(setup: Setup, house: &mut impl House) -> Result<(), Problem> {
    let device = Terminal::enter(setup.simple).map_err(|error| unusable(&error))?;
    let mut shell = Shell::new(&setup, device, house).map_err(|error| unusable(&error))?;
    let ended = shell.talk().await;
    shell.close().await;
    ended
}

/// Everything that is not the state machine.
struct Shell<'h, H> {
    house: &'h mut H,
    app: App,
    screen: Screen,
    device: Terminal,
    keys: Option<Keys>,
    signals: Signals,
    handle: Option<EngineHandle>,
    events: Option<EventStream>,
    /// What is asked of the engine and of the house; the answers come as messages.
    wishes: FuturesUnordered<BoxFuture<'static, Msg>>,
    /// What the house does beside the conversation.
    work: Option<BoxFuture<'static, Msg>>,
    /// How far that has come.
    far: watch::Receiver<Option<Progress>>,
    /// Rung when the grammars are loaded.
    bell: Arc<Notify>,
    drawn: Instant,
    /// When the next frame is due, if something changed.
    due: Option<Instant>,
    leaving: bool,
    /// What ended it, when something went wrong.
    problem: Option<Problem>,
}

/// Signals that end or pause us.
struct Signals {
    terminate: Signal,
    hang_up: Signal,
    pause: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            pause: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
        })
    }
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
    Pause,
    End,
}

impl<'h, H: House> Shell<'h, H> {
    fn new(setup: &Setup, device: Terminal, house: &'h mut H) -> io::Result<Self> {
        let size = terminal::size();
        let mut app = App::new(setup.theme.clone(), setup.glyphs, setup.links, size, house.now());
        app.greet(&setup.greeting, setup.trouble.as_deref());
        let bell = Arc::new(Notify::new());
        let ring = Arc::clone(&bell);
        app.languages.ring(move || ring.notify_one());
        let screen = Screen::new(size, setup.depth, setup.links);
        terminal::write(&screen.open(FIRST))?;
        Ok(Self {
            house,
            app,
            screen,
            device,
            keys: Some(Keys::new()),
            signals: Signals::new()?,
            handle: None,
            events: None,
            wishes: FuturesUnordered::new(),
            work: None,
            far: watch::channel(None).1,
            bell,
            drawn: Instant::now(),
            due: None,
            leaving: false,
            problem: None,
        })
    }

    async fn talk(&mut self) -> Result<(), Problem> {
        self.draw()?;
        let first = if self.house.is_first()? { Msg::First } else { self.open().await? };
        self.take(first).await;
        self.draw()?;
        while !self.leaving {
            let woken = self.wait().await;
            self.woken(woken).await?;
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
        Ok(Msg::Opened(Box::new(opened)))
    }

    async fn wait(&mut self) -> Woken {
        let wakes = self.app.wakes_in().map(Duration::from_millis);
        let keys = self.keys.as_mut();
        tokio::select! {
            biased;
            _ = self.signals.terminate.recv() => Woken::End,
            _ = self.signals.hang_up.recv() => Woken::End,
            _ = self.signals.pause.recv() => Woken::Pause,
            input = next_key(keys) => Woken::Input(input),
            () = at(self.due) => Woken::Frame,
            answer = self.wishes.next(), if !self.wishes.is_empty() => match answer {
                Some(answer) => Woken::Answered(Box::new(answer)),
                None => Woken::Time,
            },
            followed = next_event(self.events.as_mut()) => Woken::Followed(followed),
            msg = work(self.work.as_mut()) => Woken::Worked(msg),
            progress = further(&mut self.far) => Woken::Worked(Msg::Progress(progress)),
            () = self.bell.notified() => Woken::Grammars,
            () = after(wakes) => Woken::Time,
        }
    }

    async fn woken(&mut self, woken: Woken) -> Result<(), Problem> {
        match woken {
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
            Woken::Time => {
                self.take(Msg::Tick).await;
                self.soon();
            }
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
            Input::Key(key) => Msg::Key(key),
            Input::Paste(text) => Msg::Paste(text),
            Input::FocusGained => Msg::Focus(true),
            Input::FocusLost => Msg::Focus(false),
            Input::Mouse(_) => return Ok(()),
            Input::Resize(width, height) => {
                return self.resized(Size::new(width.max(1), height.max(1))).await;
            }
        };
        let drawn = !matches!(msg, Msg::Focus(_));
        self.take(msg).await;
        if drawn && !self.leaving { self.draw() } else { Ok(()) }
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
        let least = self.screen.least();
        let live = view::draw(&mut self.app, least);
        let bytes = self.screen.frame(&live);
        self.drawn = Instant::now();
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

    async fn effect(&mut self, effect: Effect) -> Option<Msg> {
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
            Effect::Offers(completes) => {
                let offers = self.house.offers(completes);
                let answer = async move { Msg::Offers(completes, offers.await) };
                self.wishes.push(Box::pin(answer));
            }
            Effect::Keep { provider, key } => {
                return Some(Msg::Kept(self.away(|house| house.keep(&provider, &key))));
            }
            Effect::Remember(line) => self.house.remember(&line),
            Effect::Editor(text) => {
                let written = self.away(|house| house.edit(&text));
                return Some(Msg::Written(written));
            }
            Effect::Own { name, rest } => {
                let session = self.app.session;
                if let Err(problem) = self.away(|house| house.own(name, &rest, session)) {
                    return Some(Msg::Problem(problem));
                }
            }
            Effect::Suspend => {
                if let Err(problem) = self.pause() {
                    self.problem = Some(problem);
                    self.leaving = true;
                }
            }
            Effect::Redraw => self.screen.invalidate(),
            Effect::Notify(text) => {
                let text: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
                let _told = terminal::write(format!("\x1b]9;{text}\x07").as_bytes()).is_ok();
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
            Effect::StopWork => self.work = None,
            Effect::Open => match self.open().await {
                Ok(msg) => return Some(msg),
                Err(problem) => {
                    self.problem = Some(problem);
                    self.leaving = true;
                }
            },
            Effect::Leave => self.leaving = true,
        }
        None
    }

    fn submit(&mut self, wish: Wish) {
        let Some(handle) = self.handle.clone() else { return };
        let Some(op) = self.op(&wish) else { return };
        self.wishes.push(Box::pin(async move {
            let answer = handle.submit(op).await;
            Msg::Answered(wish, answer)
        }));
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
            Wish::Post(id, text) => Op::Post { envelope: envelope(Some(*id), text), options },
            Wish::Steer(id, text) => Op::Steer { envelope: envelope(Some(*id), text), options },
            Wish::Command(line) => Op::Command { envelope: envelope(None, line), options },
            Wish::Plain(op) => (**op).clone(),
        })
    }

    /// Lets somebody else have the terminal.
    fn away<T>(&mut self, act: impl FnOnce(&mut H) -> Result<T, Problem>) -> Result<T, Problem> {
        self.give_back()?;
        let done = act(self.house);
        self.take_again()?;
        done
    }

    /// To the background, and back when the shell says so.
    fn pause(&mut self) -> Result<(), Problem> {
        self.give_back()?;
        let me = rustix::process::getpid();
        // Not the signal we handle ourselves, but the one that nobody can.
        let _stopped = rustix::process::kill_process(me, rustix::process::Signal::STOP).is_ok();
        self.take_again()
    }

    fn give_back(&mut self) -> Result<(), Problem> {
        self.keys = None;
        let bytes = self.screen.leave();
        terminal::write(&bytes).map_err(|error| unusable(&error))?;
        self.device.leave().map_err(|error| unusable(&error))
    }

    fn take_again(&mut self) -> Result<(), Problem> {
        self.device.again().map_err(|error| unusable(&error))?;
        self.keys = Some(Keys::new());
        let size = terminal::size();
        let _nothing = self.screen.resize(size);
        self.app.size = size;
        terminal::write(&self.screen.open(FIRST)).map_err(|error| unusable(&error))?;
        self.screen.begin();
        self.draw()
    }

    /// Takes the region off the screen, gives the terminal back, lets what runs end in order.
    async fn close(&mut self) {
        for row in self.app.take_rows() {
            self.screen.commit(row);
        }
        let bytes = self.screen.leave();
        // A terminal that is gone needs nothing.
        let _written = terminal::write(&bytes).is_ok();
        self.keys = None;
        let _given = self.device.leave().is_ok();
        if let Some(handle) = self.handle.take() {
            let _stopped = handle.submit(Op::Shutdown).await.is_ok();
        }
    }
}

fn unusable(error: &io::Error) -> Problem {
    let message = format!("cannot use the terminal: {error}");
    Problem::new(ProblemKind::Failure, "terminal_unusable", message).hint("--plain needs less")
}
