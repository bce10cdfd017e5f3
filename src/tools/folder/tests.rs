use std::os::unix::fs::symlink;
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicBool, Ordering};

use nanofolks_protocol::ports::Toolbox as _;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use rustix::fs::{CWD, FileType, Mode, mknodat};
#[cfg(target_os = "linux")]
use rustix::fs::{RenameFlags, renameat_with};
use serde_json::{Value, json};

use super::*;
use crate::tests::{World, block_on};

fn fifo(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

fn read(world: &World, path: &str) -> Result<String, String> {
    match world.call("read_file", json!({ "path": path })) {
        Ok(output) => Ok(output.data.as_str().unwrap().to_owned()),
        Err(error) => Err(error.code.into_owned()),
    }
}

fn write(world: &World, path: &str) -> Result<(), String> {
    world
        .call("write_file", json!({ "path": path, "content": "new" }))
        .map(drop)
        .map_err(|error| error.code.into_owned())
}

fn refused(code: &str) -> Result<String, String> {
    Err(code.to_owned())
}

#[test]
fn every_way_to_write_a_path_inside_is_understood() {
    let world = World::new();
    world.put("a/b.txt", "inside");
    let absolute = world.path("a/b.txt");
    for path in [
        "a/b.txt",
        "./a/b.txt",
        "a/./b.txt",
        "a//b.txt",
        "a/../a/b.txt",
        "~/work/a/b.txt",
        "../work/a/b.txt",
        absolute.to_str().unwrap(),
    ] {
        assert_eq!(read(&world, path), Ok("inside".to_owned()), "{path}");
    }
}

#[test]
fn nothing_outside_can_be_named() {
    let world = World::new();
    world.put("a/b.txt", "inside");
    let neighbour = world.root.join("work-too");
    fs::create_dir(&neighbour).unwrap();
    fs::write(neighbour.join("x.txt"), "hush").unwrap();
    for path in [
        "../secret.txt",
        "a/../../secret.txt",
        "~/secret.txt",
        "/etc/passwd",
        "/proc/self/environ",
        "../work-too/x.txt",
        neighbour.join("x.txt").to_str().unwrap(),
        "~",
        "/",
        "..",
        world.root.join("secret.txt").to_str().unwrap(),
        "a/../../../../../../../etc/passwd",
    ] {
        assert_eq!(read(&world, path), refused("outside_folder"), "{path}");
        let written = write(&world, path).unwrap_err();
        assert!(["outside_folder", "is_folder"].contains(&written.as_str()), "{path}: {written}");
        assert_eq!(world.error("list_dir", json!({ "path": path })), "outside_folder");
        assert_eq!(
            world.error("search_files", json!({ "pattern": "h", "path": path })),
            "outside_folder"
        );
    }
    assert_eq!(fs::read_to_string(world.root.join("secret.txt")).unwrap(), "hush");
    assert_eq!(read(&world, "a\0b"), refused("invalid_path"));
    assert_eq!(read(&world, &"a/".repeat(3000)), refused("invalid_path"));
    assert_eq!(read(&world, &"a".repeat(300)), refused("invalid_path"));
}

#[test]
fn links_inside_are_followed_and_links_to_the_outside_are_not() {
    let world = World::new();
    world.put("real/file.txt", "inside");
    world.link("real/file.txt", "relative");
    world.link(world.path("real/file.txt"), "absolute");
    world.link("real", "folder");
    world.link(world.path("real"), "folder-absolute");
    world.link(world.path("real/../real"), "folder-odd");
    for path in [
        "relative",
        "absolute",
        "folder/file.txt",
        "folder-absolute/file.txt",
        "folder-odd/file.txt",
    ] {
        assert_eq!(read(&world, path), Ok("inside".to_owned()), "{path}");
    }
    world.link("../secret.txt", "out");
    world.link(world.root.join("secret.txt"), "out-absolute");
    world.link("..", "up");
    world.link("/", "root");
    world.link("up", "twice");
    for path in ["out", "out-absolute", "up/secret.txt", "root/etc/passwd", "twice/secret.txt"] {
        assert_eq!(read(&world, path), refused("outside_folder"), "{path}");
        assert_eq!(write(&world, path), Err("outside_folder".to_owned()), "{path}");
    }
    // Whether something outside exists cannot be told from the answer.
    for path in ["up/no-such", "root/no/such", "twice/no-such"] {
        assert_eq!(read(&world, path), refused("outside_folder"), "{path}");
    }
    // Through the outside and back in is inside.
    assert_eq!(read(&world, "up/work/real/file.txt"), Ok("inside".to_owned()));
    assert_eq!(fs::read_to_string(world.root.join("secret.txt")).unwrap(), "hush");
}

#[test]
fn writing_through_a_link_inside_changes_the_file_and_keeps_the_link() {
    let world = World::new();
    world.put("real/file.txt", "old");
    world.link("real/file.txt", "relative");
    world.link(world.path("real"), "absolute");
    write(&world, "relative").unwrap();
    assert!(world.path("relative").is_symlink());
    assert_eq!(read(&world, "real/file.txt"), Ok("new".to_owned()));
    write(&world, "absolute/other.txt").unwrap();
    assert_eq!(read(&world, "real/other.txt"), Ok("new".to_owned()));
    write(&world, "absolute/deep/er.txt").unwrap();
    assert_eq!(read(&world, "real/deep/er.txt"), Ok("new".to_owned()));
}

#[test]
fn links_to_nowhere_and_in_circles_are_refused() {
    let world = World::new();
    world.link("missing", "nowhere");
    world.link("circle", "circle");
    world.link(world.root.join("not-there-yet"), "out");
    assert_eq!(read(&world, "nowhere"), refused("not_found"));
    assert_eq!(read(&world, "circle"), refused("link_loop"));
    assert_eq!(write(&world, "nowhere"), Err("broken_link".to_owned()));
    assert_eq!(write(&world, "circle"), Err("link_loop".to_owned()));
    assert_eq!(write(&world, "nowhere/x"), Err("broken_link".to_owned()));
    assert_eq!(write(&world, "out"), Err("outside_folder".to_owned()));
    assert!(!world.root.join("not-there-yet").exists());
}

#[test]
fn a_hard_link_to_the_outside_is_never_written_through() {
    let world = World::new();
    fs::hard_link(world.root.join("secret.txt"), world.path("twin")).unwrap();
    write(&world, "twin").unwrap();
    assert_eq!(fs::read_to_string(world.root.join("secret.txt")).unwrap(), "hush");
    assert_eq!(read(&world, "twin"), Ok("new".to_owned()));
}

#[test]
fn pipes_sockets_and_devices_are_refused_without_waiting() {
    let world = World::new();
    fifo(&world.path("pipe"));
    let _socket = std::os::unix::net::UnixListener::bind(world.path("socket")).unwrap();
    for path in ["pipe", "socket"] {
        assert_eq!(read(&world, path), refused("not_a_file"), "{path}");
        assert_eq!(write(&world, path), Err("not_a_file".to_owned()), "{path}");
    }
    assert_eq!(world.text("search_files", json!({ "pattern": "x" })), "no matches\n");
    assert_eq!(read(&world, "."), refused("is_folder"));
    assert_eq!(write(&world, "pipe/x"), Err("not_a_folder".to_owned()));
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_kernel_makes_up_is_refused_even_inside_the_folder() {
    let mut world = World::new();
    world.cx.folder = PathBuf::from("/");
    for path in ["/proc/self/environ", "proc/self/status", "/sys/kernel/mm/ksm/run"] {
        assert_eq!(read(&world, path), refused("not_a_file"), "{path}");
    }
    for path in ["/dev/zero", "/dev/tty", "dev/null"] {
        let error = read(&world, path).unwrap_err();
        assert!(["not_a_file", "not_found"].contains(&error.as_str()), "{path}: {error}");
    }
    assert_eq!(world.error("list_dir", json!({ "path": "/proc/self" })), "not_a_file");
    world.cx.folder = PathBuf::from("/proc/self");
    assert_eq!(read(&world, "environ"), refused("not_a_file"));
    assert_eq!(world.error("list_dir", json!({})), "not_a_file");
}

#[test]
fn a_folder_reached_through_another_link_still_maps_absolute_paths() {
    let world = World::new();
    world.put("a.txt", "inside");
    symlink(world.path(""), world.root.join("door")).unwrap();
    let through = world.root.join("door/a.txt");
    assert_eq!(read(&world, through.to_str().unwrap()), Ok("inside".to_owned()));
    let new = world.root.join("door/new/b.txt");
    write(&world, new.to_str().unwrap()).unwrap();
    assert_eq!(read(&world, "new/b.txt"), Ok("new".to_owned()));
}

#[test]
fn a_working_folder_that_is_gone_is_said() {
    let mut world = World::new();
    world.cx.folder = world.root.join("gone");
    assert_eq!(read(&world, "a"), refused("folder_missing"));
}

#[cfg(target_os = "linux")]
/// Swaps `name` between a folder and a link to the outside for as long as it lives.
struct Swapper(std::sync::Arc<AtomicBool>, Option<std::thread::JoinHandle<()>>);

#[cfg(target_os = "linux")]
impl Swapper {
    fn start(world: &World, name: &str) -> Self {
        let (path, link) = (world.path(name), world.path(&format!("{name}-link")));
        symlink(&world.root, &link).unwrap();
        let stop = std::sync::Arc::new(AtomicBool::new(false));
        let stopped = std::sync::Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                renameat_with(CWD, &path, CWD, &link, RenameFlags::EXCHANGE).unwrap();
                std::thread::yield_now();
            }
        });
        Self(stop, Some(thread))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Swapper {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
        if let Some(thread) = self.1.take() {
            thread.join().unwrap();
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_swapped_for_a_link_at_any_moment_leads_nowhere() {
    let world = World::new();
    world.put("spot/secret.txt", "inside");
    world.put("spot/deep/secret.txt", "inside");
    fs::create_dir(world.root.join("neighbour")).unwrap();
    let swapper = Swapper::start(&world, "spot");
    let (mut inside, mut others) = (0, 0);
    for round in 0..1500 {
        match read(&world, "spot/secret.txt") {
            Ok(text) => {
                assert_eq!(text, "inside");
                inside += 1;
            }
            Err(_) => others += 1,
        }
        if round % 5 == 0 {
            let found =
                world.call("search_files", json!({ "pattern": "hush|inside", "path": "spot" }));
            assert!(!format!("{found:?}").contains("hush"));
            let listed = world.call("list_dir", json!({ "path": "spot" }));
            assert!(!format!("{listed:?}").contains("neighbour"), "{listed:?}");
            let _either = write(&world, "spot/planted.txt");
        }
    }
    drop(swapper);
    assert!(inside > 0, "the swapping must not be all there is ({others})");
    assert!(!world.root.join("planted.txt").exists());
    assert_eq!(fs::read_to_string(world.root.join("secret.txt")).unwrap(), "hush");
}

fn any_path() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => Just("..".to_owned()),
        2 => Just("up".to_owned()),
        2 => Just("inside".to_owned()),
        2 => Just("link".to_owned()),
        2 => Just("secret.txt".to_owned()),
        1 => Just("work".to_owned()),
        1 => Just(".".to_owned()),
        1 => Just(String::new()),
        1 => Just("root".to_owned()),
        1 => Just("tmp".to_owned()),
        1 => "\\PC{0,6}",
        1 => "[a-z ~*\\\\]{1,8}",
    ];
    let start = prop_oneof![
        4 => Just(String::new()),
        2 => Just("/".to_owned()),
        2 => Just("~/".to_owned()),
        2 => Just("HERE/".to_owned()),
        1 => Just("//".to_owned()),
        1 => Just("file://".to_owned()),
    ];
    (start, proptest::collection::vec(part, 0..8))
        .prop_map(|(start, parts)| start + &parts.join("/"))
}

/// Everything below a folder with its text, links not followed.
fn snapshot(folder: &Path, all: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if entry.file_name() == "work" {
            continue;
        }
        if kind.is_dir() {
            snapshot(&path, all);
        } else if kind.is_file() {
            all.push((path.clone(), fs::read(&path).unwrap()));
        } else {
            all.push((path, Vec::new()));
        }
    }
    all.sort();
}

#[test]
fn no_path_ever_reads_or_writes_outside() {
    let world = World::new();
    world.put("inside/secret.txt", "mine");
    world.put("inside/link/secret.txt", "mine");
    world.link("..", "up");
    world.link("inside", "link");
    world.link("/", "root");
    symlink("../..", world.path("inside/up")).unwrap();
    fs::create_dir(world.root.join("inside")).unwrap();
    fs::create_dir(world.root.join("neighbour")).unwrap();
    fs::write(world.root.join("inside/secret.txt"), "hush").unwrap();
    let mut before = Vec::new();
    snapshot(&world.root, &mut before);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
    runner
        .run(&any_path(), |path| {
            let path = path.replace("HERE", world.cx.folder.to_str().unwrap());
            for (tool, arguments) in [
                ("read_file", json!({ "path": path })),
                ("search_files", json!({ "pattern": "hush", "path": path })),
                ("list_dir", json!({ "path": path })),
            ] {
                if let Ok(output) = world.call(tool, arguments) {
                    let text = output.data.as_str().unwrap_or_default().to_owned();
                    prop_assert!(!text.contains("hush"), "{} {:?}", tool, path);
                    prop_assert!(!text.contains("neighbour"), "{} {:?}", tool, path);
                }
            }
            let _any = write(&world, &path);
            let mut after = Vec::new();
            snapshot(&world.root, &mut after);
            prop_assert_eq!(&before, &after, "{:?}", path);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_stopped_turn_stops_the_tool() {
    let world = World::new();
    world.put("a.txt", "a");
    world.cx.cancel.cancel();
    for (tool, arguments) in [
        ("read_file", json!({ "path": "a.txt" })),
        ("list_dir", json!({})),
        ("search_files", json!({ "pattern": "a" })),
        ("write_file", json!({ "path": "a.txt", "content": "b" })),
    ] {
        assert_eq!(world.error(tool, arguments), "cancelled", "{tool}");
    }
    assert_eq!(fs::read_to_string(world.path("a.txt")).unwrap(), "a");
}

#[test]
fn messages_to_models_name_no_tool_and_no_control_characters() {
    let world = World::new();
    world.put("dir/file", "x");
    world.link("/", "root");
    let names: Vec<String> =
        world.tools.all().iter().map(|(tool, _)| tool.descriptor().name.to_string()).collect();
    let odd = ["missing", "dir", "root/etc", "dir/file/x", "\u{1b}[31mred\n", "../x", "dir/"];
    for path in odd {
        for tool in ["read_file", "list_dir", "search_files", "write_file"] {
            let arguments: Value = match tool {
                "search_files" => json!({ "path": path, "pattern": "x" }),
                "write_file" => json!({ "path": path, "content": "1|a\n2|b\n3|c" }),
                _ => json!({ "path": path }),
            };
            let call = world.prepare(tool, &arguments).unwrap();
            let Err(error) = block_on(world.tool(tool).call(&call, &world.cx)) else { continue };
            let text = format!("{} {}", error.message, error.hint.unwrap_or_default());
            assert!(!text.chars().any(char::is_control), "{text:?}");
            assert!(names.iter().all(|name| !text.contains(name)), "{text}");
        }
    }
}
