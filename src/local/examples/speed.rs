//! Measures the embedded model: `speed FILE.gguf [THREADS] [MAX_TOKENS]`.
//!
//! Prints load and first-token time, tokens per second for prompt and answer, and memory.
#![expect(clippy::print_stdout, reason = "an example prints its figures")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measuring tool may stop")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt as _;
use nanofolks_local::{LocalOptions, LocalProvider};
use nanofolks_protocol::ports::{Clock, Provider as _};
use nanofolks_protocol::{
    Message, MessageId, ModelEvent, ModelRequest, Origin, Part, Role, Timestamp,
};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000)
    }
}

fn ask(text: String, max_output: u32) -> ModelRequest {
    let message = Message {
        id: MessageId::fresh(),
        role: Role::User,
        bot: None,
        turn: None,
        at: Timestamp::default(),
        parts: vec![Part::text(Origin::User, text)],
    };
    ModelRequest {
        model: "speed".to_owned(),
        system: "You are a helpful assistant.".into(),
        messages: vec![Arc::new(message)].into(),
        tools: Vec::new().into(),
        blobs: Arc::default(),
        max_output,
        temperature: None,
        effort: None,
        output_schema: None,
        trial: false,
    }
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("RssA"));
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}

async fn measure(provider: &LocalProvider, name: &str, request: ModelRequest) {
    let started = Instant::now();
    let mut stream = provider.stream(request);
    let (mut first, mut text) = (None, String::new());
    while let Some(event) = stream.next().await {
        match event.expect("the model answers") {
            ModelEvent::Text(piece) | ModelEvent::Reasoning(piece) => {
                first.get_or_insert_with(|| started.elapsed());
                text.push_str(&piece);
            }
            ModelEvent::Usage(usage) => {
                let first = first.unwrap_or_default().as_secs_f64();
                let rest = started.elapsed().as_secs_f64() - first;
                let read = usage.input_tokens - usage.cached_input_tokens;
                #[expect(clippy::cast_precision_loss, reason = "small counts")]
                let (prompt, speech) =
                    (read as f64 / first, (usage.output_tokens - 1) as f64 / rest);
                println!(
                    "{name}: first token {first:.3} s, {read} tokens read ({prompt:.0}/s), \
                     {} said ({speech:.1}/s); {}",
                    usage.output_tokens,
                    memory()
                );
            }
            _ => {}
        }
    }
    println!("   {:?}", text.chars().take(300).collect::<String>());
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let file = PathBuf::from(args.next().expect("a model file"));
    let threads = args.next().and_then(|n| n.parse().ok());
    let most = args.next().and_then(|n| n.parse().ok()).unwrap_or(128);
    let folder = std::env::temp_dir().join(format!("nanofolks-speed-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink(file.canonicalize().unwrap(), folder.join("speed.gguf")).unwrap();
    let options = LocalOptions { threads, seed: 1 };
    let provider = LocalProvider::new(folder.clone(), Arc::new(Noon), options);
    let cold = ask("What is the capital of France?".to_owned(), most);
    measure(&provider, "cold (load included)", cold).await;
    let story = "The quick brown fox jumps over the lazy dog while the rain falls. ".repeat(40);
    measure(&provider, "long prompt", ask(format!("{story}\nSummarise this."), most)).await;
    let warm = ask("Name three colours and say what they remind you of.".to_owned(), most);
    measure(&provider, "warm", warm).await;
    std::fs::remove_dir_all(&folder).unwrap();
}
