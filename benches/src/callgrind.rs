//! Instructions, counted by valgrind's callgrind.
//!
//! The program starts itself again under callgrind, which writes what it has counted to a file of
//! its own each time that one function returns, and begins anew.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

const COUNTS: &str = "SOFT_DELETE_BENCHES_COUNTS";

/// Whether this process runs under callgrind.
pub fn is_counting() -> bool {
    std::env::var_os(COUNTS).is_some()
}

/// Counts the instructions of the action, under callgrind.
pub fn counted(action: &mut dyn FnMut()) {
    counted_by_callgrind(&mut || {}); // what came before it is not its own
    counted_by_callgrind(action);
}

#[inline(never)]
fn counted_by_callgrind(action: &mut dyn FnMut()) {
    action();
    std::hint::black_box(action); // or it would jump into the action, and not return from it
}

/// Starts this program again: the instructions of each call of [`counted`].
/// The profiles remain in the directory, for `callgrind_annotate`.
pub fn count(directory: &Path) -> Result<Vec<u64>, String> {
    let _ = std::fs::remove_dir_all(directory);
    std::fs::create_dir_all(directory).map_err(|error| error.to_string())?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-after=*counted_by_callgrind*"])
        .arg(format!(
            "--callgrind-out-file={}",
            directory.join("profile").display()
        ))
        .arg(program)
        .env(COUNTS, "yes")
        .output()
        .map_err(|error| format!("valgrind does not run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    profiles(directory).iter().map(|path| total(path)).collect()
}

/// The files `profile.2`, `profile.4` and so on, in this order; those between are not of actions.
fn profiles(directory: &Path) -> Vec<PathBuf> {
    (2..)
        .step_by(2)
        .map(|number| directory.join(format!("profile.{number}")))
        .take_while(|path| path.exists())
        .collect()
}

fn total(profile: &Path) -> Result<u64, String> {
    let text = std::fs::read_to_string(profile).map_err(|error| error.to_string())?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary:"));
    total
        .and_then(|total| total.trim().parse().ok())
        .ok_or_else(|| {
            let name = profile.file_name().unwrap_or(OsStr::new("profile"));
            format!("no total in {}", name.to_string_lossy())
        })
}
