//! Runs before the build: how the program is linked.
//!
//! A program that may lie anywhere in memory is mended at every start: 55,000 addresses in
//! 1.3 MB of tables. Packed, the tables are a hundredth of that, and each start saves the
//! reading. The system's loader must know the packed form: glibc does since 2.36.

#![expect(clippy::disallowed_methods, reason = "a build runs no part of the program")]

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=src/build.rs");
    let is = |name: &str, value: &str| std::env::var(name).as_deref() == Ok(value);
    let same_machine = std::env::var("HOST").ok() == std::env::var("TARGET").ok();
    let glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if same_machine && glibc && glibc_version().is_some_and(|version| version >= (2, 36)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
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
