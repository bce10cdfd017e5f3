//! Only regular files and folders: no device, pipe or socket, nothing from the kernel.

use std::fs::File;
use std::os::fd::AsFd;
use std::path::PathBuf;

use cap_std::fs::{FileTypeExt as _, Metadata, OpenOptions, OpenOptionsExt as _};
use nanofolks_protocol::ToolError;
use rustix::fs::OFlags;

use super::shown;

/// How files are opened: a pipe that took a file's place does not hold us up, a terminal does
/// not become ours.
pub(super) fn careful() -> OpenOptions {
    let mut options = OpenOptions::new();
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    options.read(true).custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    options
}

/// Refuses everything that is not a regular file.
pub(super) fn require_file(asked: &str, metadata: &Metadata) -> Result<(), ToolError> {
    let kind = metadata.file_type();
    let what = if kind.is_file() {
        return Ok(());
    } else if kind.is_dir() {
        return Err(ToolError::new("is_folder", format!("{} is a folder", shown(asked)))
            .hint("name a file in it"));
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    };
    Err(ToolError::new("not_a_file", format!("{} is {what}, not a file", shown(asked))))
}

/// Refuses files that the kernel makes up: `/proc`, `/sys` and their like tell about
/// processes, environments and keys, and some never end.
#[cfg(target_os = "linux")]
pub(super) fn refuse_pseudo(asked: &str, file: impl AsFd) -> Result<(), ToolError> {
    // proc, sysfs, debugfs, tracefs, securityfs, cgroup, cgroup2, devpts, bpf, efivarfs
    const KERNEL: [u32; 10] = [
        0x9fa0,
        0x6265_6572,
        0x6462_6720,
        0x7472_6163,
        0x7363_6673,
        0x27_e0eb,
        0x6367_7270,
        0x1cd1,
        0xcafe_4a11,
        0xde5e_81e4,
    ];
    let Ok(system) = rustix::fs::fstatfs(file) else { return Ok(()) };
    // The type of the field differs between architectures; the number fits 32 bits.
    let magic = u32::try_from(i128::from(system.f_type) & 0xffff_ffff).unwrap_or_default();
    if KERNEL.contains(&magic) {
        let message = format!("{} is not a file on a disk but made by the kernel", shown(asked));
        return Err(ToolError::new("not_a_file", message));
    }
    Ok(())
}

/// Elsewhere there are no such files.
#[cfg(not(target_os = "linux"))]
pub(super) fn refuse_pseudo(_asked: &str, _file: impl AsFd) -> Result<(), ToolError> {
    Ok(())
}

/// The path of an open file, if the system tells.
#[cfg(target_os = "linux")]
pub(super) fn path_of(file: &File) -> Option<PathBuf> {
    use std::os::fd::AsRawFd as _;

    let path = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()?;
    path.is_absolute().then_some(path)
}

/// The path of an open file, if the system tells.
#[cfg(target_vendor = "apple")]
pub(super) fn path_of(file: &File) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;

    let path = rustix::fs::getpath(file).ok()?;
    Some(PathBuf::from(std::ffi::OsString::from_vec(path.into_bytes())))
}

/// The path of an open file, if the system tells.
#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
pub(super) fn path_of(_file: &File) -> Option<PathBuf> {
    None
}
