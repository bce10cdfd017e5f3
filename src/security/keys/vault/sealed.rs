//! The vault's bytes: one line of JSON that says how it is locked, then the keys, encrypted.
//!
//! The line is part of what the cipher vouches for, so not one byte can be changed unseen.

use std::collections::BTreeMap;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nanofolks_protocol::Secret;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The format that is written.
pub(super) const VERSION: u32 = 1;

/// What a guess at a passphrase costs: memory in KiB, and passes over it.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Nobody who changed the head can make us spend more than this.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;

const SALT: usize = 16;
const CHECK: usize = 16;
const NONCE: usize = 12;

/// The keys by name.
pub(super) type Entries = BTreeMap<String, Secret>;

/// Why a vault's bytes are not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Damaged(&'static str),
    Newer(u32),
    WrongKey,
    Cipher,
}

/// How the key of the cipher is made from what the person has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Lock {
    /// From a passphrase.
    Argon2id {
        /// KiB.
        memory: u32,
        /// Times.
        passes: u32,
    },
    /// From the random bytes of a key file.
    KeyFile,
}

impl Lock {
    pub(super) const PASSPHRASE: Self = Self::Argon2id { memory: MEMORY, passes: PASSES };
}

/// The line at the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    nanofolks_vault: u32,
    pub(super) lock: Lock,
    salt: String,
    nonce: String,
    check: String,
    pub(super) names: Vec<String>,
}

#[derive(Deserialize)]
struct AnyHead {
    nanofolks_vault: u32,
}

/// A vault as it lies on the disk.
pub(super) struct Sealed<'a> {
    pub(super) head: Head,
    line: &'a [u8],
    body: &'a [u8],
    salt: [u8; SALT],
}

/// What opens one vault. It is wiped when dropped.
#[derive(Clone)]
pub(super) struct Root {
    lock: Lock,
    salt: [u8; SALT],
    cipher: Zeroizing<[u8; 32]>,
    check: [u8; CHECK],
}

impl Root {
    /// For a new vault.
    pub(super) fn fresh(lock: Lock, material: &[u8]) -> Result<Self, Fault> {
        Self::derive(lock, random()?, material)
    }

    fn derive(lock: Lock, salt: [u8; SALT], material: &[u8]) -> Result<Self, Fault> {
        let mut stretched = Zeroizing::new([0; 32]);
        let secret = match lock {
            Lock::Argon2id { memory, passes } => {
                let params = Params::new(memory, passes, 1, Some(32)).map_err(|_| Fault::Cipher)?;
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                    .hash_password_into(material, &salt, &mut *stretched)
                    .map_err(|_| Fault::Cipher)?;
                &stretched[..]
            }
            Lock::KeyFile => material,
        };
        let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, &salt).extract(secret);
        let (mut cipher, mut check) = (Zeroizing::new([0; 32]), [0; CHECK]);
        expand(&secret, b"nanofolks vault: cipher", &mut *cipher)?;
        expand(&secret, b"nanofolks vault: check", &mut check)?;
        Ok(Self { lock, salt, cipher, check })
    }

    /// How the vault is locked.
    pub(super) const fn lock(&self) -> Lock {
        self.lock
    }

    /// Whether this was made for that vault.
    pub(super) fn fits(&self, sealed: &Sealed<'_>) -> bool {
        self.salt == sealed.salt && self.lock == sealed.head.lock
    }

    /// The bytes of a vault with these keys.
    pub(super) fn seal(&self, entries: &Entries) -> Result<Vec<u8>, Fault> {
        let nonce: [u8; NONCE] = random()?;
        let head = Head {
            nanofolks_vault: VERSION,
            lock: self.lock,
            salt: STANDARD.encode(self.salt),
            nonce: STANDARD.encode(nonce),
            check: STANDARD.encode(self.check),
            names: entries.keys().cloned().collect(),
        };
        let mut bytes = serde_json::to_vec(&head).map_err(|_| Fault::Cipher)?;
        bytes.push(b'\n');
        let plain: BTreeMap<&str, &str> =
            entries.iter().map(|(name, key)| (name.as_str(), key.expose())).collect();
        let mut body = Zeroizing::new(serde_json::to_vec(&plain).map_err(|_| Fault::Cipher)?);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self
            .cipher()?
            .seal_in_place_separate_tag(nonce, Aad::from(&bytes), &mut body)
            .map_err(|_| Fault::Cipher)?;
        bytes.extend_from_slice(&body);
        bytes.extend_from_slice(tag.as_ref());
        Ok(bytes)
    }

    fn cipher(&self) -> Result<LessSafeKey, Fault> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &*self.cipher).map_err(|_| Fault::Cipher)?;
        Ok(LessSafeKey::new(key))
    }
}

impl<'a> Sealed<'a> {
    /// Reads the head. Opens nothing.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Fault> {
        let end = memchr::memchr(b'\n', bytes).ok_or(Fault::Damaged("it has no head"))?;
        let (line, body) = bytes.split_at(end + 1);
        let any: AnyHead =
            serde_json::from_slice(line).map_err(|_| Fault::Damaged("this is no vault"))?;
        if any.nanofolks_vault > VERSION {
            return Err(Fault::Newer(any.nanofolks_vault));
        }
        let head: Head =
            serde_json::from_slice(line).map_err(|_| Fault::Damaged("its head is wrong"))?;
        if let Lock::Argon2id { memory, passes } = head.lock
            && (memory > MOST_MEMORY || passes > MOST_PASSES)
        {
            return Err(Fault::Damaged("its head asks for too much work"));
        }
        let salt = decoded(&head.salt)?;
        Ok(Self { head, line, body, salt })
    }

    /// What opens it, from a passphrase or the bytes of the key file.
    pub(super) fn root(&self, material: &[u8]) -> Result<Root, Fault> {
        let root = Root::derive(self.head.lock, self.salt, material)?;
        if decoded::<CHECK>(&self.head.check)? != root.check {
            return Err(Fault::WrongKey);
        }
        Ok(root)
    }

    /// The keys.
    pub(super) fn open(&self, root: &Root) -> Result<Entries, Fault> {
        let nonce = Nonce::assume_unique_for_key(decoded(&self.head.nonce)?);
        let mut body = Zeroizing::new(self.body.to_vec());
        let plain = root
            .cipher()?
            .open_in_place(nonce, Aad::from(self.line), &mut body)
            .map_err(|_| Fault::Damaged("some bytes are not those that were written"))?;
        let entries: BTreeMap<String, String> = serde_json::from_slice(plain)
            .map_err(|_| Fault::Damaged("what is in it cannot be read"))?;
        Ok(entries.into_iter().map(|(name, key)| (name, Secret::new(key))).collect())
    }
}

/// Random bytes of the system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Fault::Cipher)?;
    Ok(bytes)
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(secret: &hkdf::Prk, what: &[u8], out: &mut [u8]) -> Result<(), Fault> {
    let what = [what];
    let okm = secret.expand(&what, Length(out.len())).map_err(|_| Fault::Cipher)?;
    okm.fill(out).map_err(|_| Fault::Cipher)
}

fn decoded<const N: usize>(text: &str) -> Result<[u8; N], Fault> {
    let bytes = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(Fault::Damaged("its head is wrong"))
}
