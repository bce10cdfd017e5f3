//! A world for tools: a real folder, a real registry, and what lies outside the folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use nanofolks_protocol::history::Numbered;
use nanofolks_protocol::ports::{
    BlobError, Blobs, Boxed, Preview, Recall, StoreError, Tool, Toolbox as _,
};
use nanofolks_protocol::{
    BlobId, BotId, CallId, Message, RoomId, ToolCall, ToolContext, ToolError, ToolOutput, TurnId,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{Tools, ToolsOptions};

/// Blobs in memory, named by number.
#[derive(Default)]
pub(crate) struct MemoryBlobs(Mutex<BTreeMap<BlobId, Bytes>>);

impl MemoryBlobs {
    pub(crate) fn keep(&self, bytes: impl Into<Bytes>) -> BlobId {
        let mut blobs = self.0.lock().unwrap();
        let mut digest = [0; 32];
        digest[0] = u8::try_from(blobs.len()).unwrap();
        let id = BlobId::from_digest(&digest);
        blobs.insert(id.clone(), bytes.into());
        id
    }
}

impl Blobs for MemoryBlobs {
    fn put(&self, bytes: Bytes) -> Boxed<'_, Result<BlobId, BlobError>> {
        let id = self.keep(bytes);
        Box::pin(async move { Ok(id) })
    }

    fn get<'a>(&'a self, id: &'a BlobId) -> Boxed<'a, Result<Bytes, BlobError>> {
        let found = self.0.lock().unwrap().get(id).cloned();
        Box::pin(async move { found.ok_or_else(|| BlobError::Missing(id.clone())) })
    }
}

/// A conversation, all of it.
pub(crate) struct Said(pub(crate) Vec<Arc<Message>>);

impl Recall for Said {
    fn after(&self, number: u64, limit: u32) -> Boxed<'_, Result<Vec<Numbered>, StoreError>> {
        let numbered = self
            .0
            .iter()
            .enumerate()
            .map(|(at, message)| Numbered { seq: at as u64 + 1, message: Arc::clone(message) });
        let page = numbered.filter(|one| one.seq > number).take(limit as usize).collect();
        Box::pin(async move { Ok(page) })
    }
}

/// A working folder with a neighbour that must stay out of reach.
pub(crate) struct World {
    _home: tempfile::TempDir,
    pub(crate) root: PathBuf,
    pub(crate) tools: Tools,
    pub(crate) cx: ToolContext,
    pub(crate) blobs: Arc<MemoryBlobs>,
}

impl World {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap();
        let folder = root.join("work");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(root.join("secret.txt"), "hush").unwrap();
        let blobs = Arc::new(MemoryBlobs::default());
        let cx = ToolContext {
            room: RoomId::general(),
            turn: TurnId::fresh(),
            bot: BotId::LEADER,
            folder,
            read_only: None,
            cancel: CancellationToken::new(),
            blobs: Arc::clone(&blobs) as Arc<dyn Blobs>,
            history: Arc::new(Said(Vec::new())),
        };
        let options = ToolsOptions { home: Some(root.clone()), ..ToolsOptions::default() };
        Self { _home: home, root, tools: Tools::new(options), cx, blobs }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.cx.folder.join(name)
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn link(&self, target: impl AsRef<Path>, name: &str) {
        std::os::unix::fs::symlink(target, self.path(name)).unwrap();
    }

    pub(crate) fn tool(&self, name: &str) -> Arc<dyn Tool> {
        let mut all = self.tools.all().into_iter().map(|(tool, _)| tool);
        all.find(|tool| tool.descriptor().name == name).unwrap()
    }

    /// A call as the engine makes it: repaired first.
    pub(crate) fn prepare(&self, name: &str, arguments: &Value) -> Result<ToolCall, ToolError> {
        let arguments = self.tools.repair(self.tool(name).descriptor(), arguments)?.arguments;
        let id = CallId::fresh();
        Ok(ToolCall { id, name: name.to_owned(), arguments, malformed: None, opaque: None })
    }

    #[expect(clippy::needless_pass_by_value, reason = "reads better with json!")]
    pub(crate) fn call(&self, name: &str, arguments: Value) -> Result<ToolOutput, ToolError> {
        let call = self.prepare(name, &arguments)?;
        block_on(self.tool(name).call(&call, &self.cx))
    }

    #[expect(clippy::needless_pass_by_value, reason = "reads better with json!")]
    pub(crate) fn preview(&self, name: &str, arguments: Value) -> Result<Preview, ToolError> {
        let call = self.prepare(name, &arguments)?;
        block_on(self.tool(name).preview(&call, &self.cx))
    }

    /// The text of an answer.
    pub(crate) fn text(&self, name: &str, arguments: Value) -> String {
        let output = self.call(name, arguments).unwrap();
        output.data.as_str().unwrap().to_owned()
    }

    /// The code of an error.
    pub(crate) fn error(&self, name: &str, arguments: Value) -> String {
        self.call(name, arguments).unwrap_err().code.into_owned()
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
