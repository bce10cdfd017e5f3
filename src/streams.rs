//! Whether standard output was open when the program began.
//!
//! Rust puts `/dev/null` in the place of a closed standard output before `main` runs, and
//! then nothing tells that what is printed goes nowhere. So this is looked at earlier.

use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether standard output was closed by whoever started us (`>&-`).
pub(crate) fn stdout_was_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

extern "C" fn look() {
    let closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
    CLOSED.store(closed, Ordering::Relaxed);
}

#[used]
#[expect(unsafe_code, reason = "the only way to run before the standard library's start-up")]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
// SAFETY: a list of functions that are called once, in order, before `main`; this one makes a
// system call and stores a number, for which nothing has to be set up.
static BEFORE_MAIN: extern "C" fn() = look;
