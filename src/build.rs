//! Runs before the build: how the program is linked.
//!
//! - A program that may lie anywhere in memory is mended at every start: 55,000 addresses in
//!   1.3 MB of tables. Packed, the tables are a hundredth of that, and each start saves the
//!   reading. The system's loader must know the packed form: glibc does since 2.36.
//! - The system maps a program in pieces of 64 KB. What a question and its answer run through
//!   is strewn over 20 MB; side by side, it takes half the memory and faults. `order.txt` names
//!   those functions (tests/bench/order.rs writes it). The names hold for one compiler and one
//!   `Cargo.lock`; what is gone does no harm, and what is not named lies where it always lay.
//!
//! Not every linker knows how, so each is tried on an empty program first.

#![expect(clippy::disallowed_methods, reason = "a build runs no part of the program")]

use std::env;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn main() {
    println!("cargo::rerun-if-changed=src/build.rs");
    let is = |name: &str, value: &str| env::var(name).as_deref() == Ok(value);
    let same_machine = env::var("HOST").ok() == env::var("TARGET").ok();
    if !same_machine || !is("CARGO_CFG_TARGET_OS", "linux") {
        return;
    }
    let glibc = is("CARGO_CFG_TARGET_ENV", "gnu");
    if glibc && glibc_version().is_some_and(|version| version >= (2, 36)) {
        link_with(&["-Wl,-z,pack-relative-relocs"]);
    }
    println!("cargo::rerun-if-changed=src/order.txt");
    if is("PROFILE", "release")
        && let Ok(order) = Path::new("src/order.txt").canonicalize()
    {
        let order = format!("-Wl,--symbol-ordering-file={}", order.display());
        link_with(&[&order, "-Wl,--no-warn-symbol-ordering"]);
    }
}

/// Links the program with these arguments, where the linker knows them.
fn link_with(arguments: &[&str]) {
    if links_with(arguments).unwrap_or(false) {
        for argument in arguments {
            println!("cargo::rustc-link-arg-bins={argument}");
        }
    }
}

/// Whether an empty program can be linked with these arguments, in the way of this build.
fn links_with(arguments: &[&str]) -> Option<bool> {
    let mut rustc = Command::new(env::var_os("RUSTC")?);
    rustc.args(["--crate-name", "probe", "--crate-type", "bin", "-o"]);
    rustc.arg(Path::new(&env::var_os("OUT_DIR")?).join("probe"));
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        let mut named = OsString::from("linker=");
        named.push(linker);
        rustc.arg("-C").arg(named);
    }
    if let Ok(flags) = env::var("CARGO_ENCODED_RUSTFLAGS") {
        rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
    }
    for argument in arguments {
        rustc.args(["-C", &format!("link-arg={argument}")]);
    }
    rustc.arg("-").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = rustc.spawn().ok()?;
    child.stdin.take()?.write_all(b"fn main() {}").ok()?;
    Some(child.wait().ok()?.success())
}

/// The version of this machine's C library, when it says.
fn glibc_version() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?.stdout;
    let said = String::from_utf8(said).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    // Vendors add a third number.
    let minor = minor.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
