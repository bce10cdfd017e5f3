//! Bytes by their digest: system prompts, sets of tool schemas.

use nanofolks_protocol::BlobId;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use crate::fault::Fault;
use crate::row::{blob_id, digest};

/// Keeps bytes by their digest.
pub(crate) fn keep(tx: &Connection, id: &BlobId, bytes: &[u8]) -> Result<(), Fault> {
    let key = digest(id);
    let known = tx.prepare_cached("SELECT 1 FROM content WHERE id = ?1")?.exists([key])?;
    if known {
        return Ok(());
    }
    if Sha256::digest(bytes)[..] != key {
        return Err(Fault::refused(format!("{id} is not the digest of its content")));
    }
    tx.prepare_cached("INSERT INTO content (id, bytes) VALUES (?1, ?2)")?
        .execute(params![key, bytes])?;
    Ok(())
}

/// Bytes by their digest, checked.
pub(crate) fn content(conn: &Connection, id: &BlobId) -> Result<Vec<u8>, Fault> {
    let bytes: Vec<u8> = conn
        .prepare_cached("SELECT bytes FROM content WHERE id = ?1")?
        .query_row([digest(id)], |row| row.get("bytes"))
        .optional()?
        .ok_or_else(|| Fault::missing(format!("content {id}")))?;
    checked(id, bytes)
}

fn checked(id: &BlobId, bytes: Vec<u8>) -> Result<Vec<u8>, Fault> {
    if Sha256::digest(&bytes)[..] == digest(id) {
        Ok(bytes)
    } else {
        Err(Fault::Damaged(format!("content {id}: its bytes do not match its digest")))
    }
}

/// Reads a row of `content` again for `doctor --deep`.
pub(crate) fn verify(row: &Row<'_>) -> Result<(), Fault> {
    checked(&blob_id(row, "id")?, row.get("bytes")?).map(drop)
}
