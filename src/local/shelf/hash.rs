//! SHA-256 of files, while they are read or written.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use nanofolks_protocol::BlobId;
use sha2::{Digest as _, Sha256};

use crate::LocalError;

const CHUNK: usize = 1 << 20;

/// A file that is being written, with the hash of everything in it.
pub(crate) struct Sha256File {
    file: File,
    hash: Sha256,
    pub(crate) len: u64,
}

impl Sha256File {
    /// Goes on with a file that already holds something, which is read again for the hash.
    pub(crate) fn resume(mut file: File) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let mut len = 0;
        each_chunk(&mut file, &mut |chunk| {
            hash.update(chunk);
            len += chunk.len() as u64;
            true
        })?;
        Ok(Self { file, hash, len })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Starts again from nothing.
    pub(crate) fn restart(&mut self) -> io::Result<()> {
        use std::io::Seek as _;
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.hash = Sha256::new();
        self.len = 0;
        Ok(())
    }

    /// Makes sure that everything is on disk; the hash comes back.
    pub(crate) fn finish(self) -> io::Result<String> {
        self.file.sync_all()?;
        Ok(digits(self.hash))
    }
}

/// The SHA-256 of a whole file. `progress` hears the bytes read so far and may stop it.
pub(crate) fn hash_file(
    path: &Path,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<String, LocalError> {
    let mut file = File::open(path).map_err(|error| LocalError::read(path, &error))?;
    let (mut hash, mut read) = (Sha256::new(), 0);
    let whole = each_chunk(&mut file, &mut |chunk| {
        hash.update(chunk);
        read += chunk.len() as u64;
        progress(read)
    })
    .map_err(|error| LocalError::read(path, &error))?;
    if whole { Ok(digits(hash)) } else { Err(LocalError::Stopped) }
}

/// Reads to the end unless told to stop; says whether it came to the end.
pub(crate) fn each_chunk(file: &mut File, each: &mut dyn FnMut(&[u8]) -> bool) -> io::Result<bool> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok(true);
        }
        if !each(&chunk[..read]) {
            return Ok(false);
        }
    }
}

fn digits(hash: Sha256) -> String {
    BlobId::from_digest(&hash.finalize().into()).as_str().to_owned()
}
