//! Where in the program a statement was executed.

use std::fmt;
use std::path::Path;

/// A function of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallSite {
    /// Its path, `registry::list::crates`.
    pub function: String,
    /// The file; `None` where the program is built without debug information.
    pub file: Option<String>,
    /// The line of the call; `None` as for `file`.
    pub line: Option<u32>,
}

impl CallSite {
    /// Whether the function is the one that the path names, or in the module or type.
    pub(super) fn is_within(&self, path: &str) -> bool {
        let plain = |path: &str| path.replace(['<', '>'], "");
        format!("::{}::", plain(&self.function)).contains(&format!("::{}::", plain(path)))
    }
}

impl fmt::Display for CallSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.function)?;
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, " ({file}:{line})"),
            (Some(file), None) => write!(f, " ({file})"),
            (None, _) => Ok(()),
        }
    }
}

/// Crates whose functions are never the caller that one looks for.
const LIBRARIES: &[&str] = &[
    "std",
    "core",
    "alloc",
    "test",
    "backtrace",
    "panic_unwind",
    "rustc_demangle",
    "diesel",
    "diesel_async",
    "diesel_migrations",
    "soft_delete_runtime",
    "soft_delete_check",
    "r2d2",
    "scheduled_thread_pool",
    "bb8",
    "deadpool",
    "deadpool_runtime",
    "mobc",
    "tokio",
    "tokio_util",
    "futures",
    "futures_core",
    "futures_executor",
    "futures_util",
    "futures_channel",
    "scoped_futures",
    "async_std",
    "async_io",
    "smol",
    "tracing",
    "tower",
    "axum",
    "hyper",
    "actix_web",
    "actix_rt",
    "rocket",
];

/// The functions of the program that are being executed, innermost first. It takes milliseconds.
pub(super) fn of_this_call() -> Vec<CallSite> {
    let mut calls = Vec::new();
    backtrace::trace(|frame| {
        backtrace::resolve_frame(frame, |symbol| {
            let Some(name) = symbol.name() else { return };
            // without the hash of the compiler
            let function = format!("{name:#}");
            let file = symbol.filename();
            if is_of_program(&function) && !file.is_some_and(is_in_library) {
                calls.push(CallSite {
                    function: function
                        .replace("::{{closure}}", "")
                        .replace("::{closure#0}", ""),
                    file: file.map(shown),
                    line: symbol.lineno(),
                });
            }
        });
        true
    });
    calls.dedup_by(|a, b| a.function == b.function && a.line == b.line);
    calls
}

fn is_of_program(function: &str) -> bool {
    // `#[derive(MultiConnection)]` writes its own
    if function.contains("::multi_connection_impl::") {
        return false;
    }
    let path = owner(function);
    match path.split_once("::") {
        Some((krate, _)) => !krate.is_empty() && !LIBRARIES.contains(&krate),
        None => false,
    }
}

/// The path of a function; of a method the trait's, so that what a derive writes
/// (`<Connection as diesel::connection::LoadConnection>::load`, `db::<impl diesel::.. for ..>::load`)
/// counts as Diesel's.
fn owner(function: &str) -> &str {
    if let Some((_, of_trait)) = function.split_once("<impl ") {
        return of_trait;
    }
    let Some(inside) = function.strip_prefix('<') else {
        return function;
    };
    let mut depth = 0_usize;
    let mut before = ' ';
    let mut path = inside;
    for (index, c) in inside.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if before == '-' => {}
            '>' if depth == 0 => break,
            '>' => depth -= 1,
            ' ' if depth == 0 => {
                if let Some(of_trait) = inside[index..].strip_prefix(" as ") {
                    path = of_trait;
                    break;
                }
            }
            _ => {}
        }
        before = c;
    }
    let path = path.trim_start_matches(['&', '*', '(', '[', '<']);
    let path = path.strip_prefix("mut ").unwrap_or(path);
    path.strip_prefix("dyn ").unwrap_or(path)
}

fn is_in_library(file: &Path) -> bool {
    let file = file.to_string_lossy();
    file.starts_with("/rustc/")
        || file.contains("/.cargo/registry/")
        || file.contains("\\.cargo\\registry\\")
}

fn shown(file: &Path) -> String {
    let here = std::env::current_dir().ok();
    let relative = here
        .as_deref()
        .and_then(|here| file.strip_prefix(here).ok());
    relative.unwrap_or(file).display().to_string()
}
