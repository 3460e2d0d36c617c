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
const LIBRARIES: &str = "std core alloc test backtrace panic_unwind rustc_demangle \
    diesel diesel_async diesel_migrations soft_delete_runtime soft_delete_check \
    r2d2 scheduled_thread_pool bb8 deadpool deadpool_runtime mobc \
    tokio tokio_util futures futures_core futures_executor futures_util futures_channel \
    scoped_futures async_std async_io smol \
    tracing tower axum hyper actix_web actix_rt rocket";

/// The calls that are being executed, as addresses. It takes microseconds.
pub(super) fn addresses() -> Vec<usize> {
    let mut addresses = Vec::new();
    backtrace::trace(|frame| {
        addresses.push(frame.ip() as usize);
        true
    });
    addresses
}

/// The functions of the program among them, innermost first. It takes milliseconds.
pub(super) fn of_program(addresses: &[usize]) -> Vec<CallSite> {
    let mut calls: Vec<CallSite> = Vec::new();
    for address in addresses {
        backtrace::resolve(*address as *mut _, |symbol| {
            // without the hash of the compiler
            let name = symbol.name().map(|name| format!("{name:#}"));
            let file = symbol.filename();
            if let Some(name) = name.filter(|name| is_of_program(name, file)) {
                calls.push(CallSite {
                    function: plain(&name),
                    file: file.map(shown),
                    line: symbol.lineno(),
                });
            }
        });
    }
    calls.dedup_by(|a, b| a.function == b.function && a.line == b.line);
    calls
}

fn is_of_program(function: &str, file: Option<&Path>) -> bool {
    // `#[derive(MultiConnection)]` writes its own
    if function.contains("::multi_connection_impl::") || file.is_some_and(is_of_library) {
        return false;
    }
    match krate(function) {
        Some(krate) => !LIBRARIES.split_whitespace().any(|library| library == krate),
        // with line tables alone, names have no paths
        None => file.is_some(),
    }
}

/// The crate of a function; of a method the trait's, so that what a derive writes
/// (`<Connection as diesel::connection::LoadConnection>::load`, `db::<impl diesel::.. for ..>::load`)
/// counts as Diesel's.
fn krate(function: &str) -> Option<&str> {
    let path = match (function.split_once("<impl "), function.strip_prefix('<')) {
        (Some((_, of_trait)), _) => of_trait,
        (None, Some(inside)) => after_as(inside),
        (None, None) => function,
    };
    let path = path.trim_start_matches(['&', '*', '(', '[', '<']);
    let path = path.strip_prefix("mut ").unwrap_or(path);
    let path = path.strip_prefix("dyn ").unwrap_or(path);
    let path = path.split(['<', '(', ' ']).next().unwrap_or(path);
    path.split_once("::").map(|(krate, _)| krate)
}

/// `Trait>::method` of `Type as Trait>::method`, where the type may hold others.
fn after_as(inside: &str) -> &str {
    let mut depth = 0_usize;
    for (index, c) in inside.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if inside[..index].ends_with('-') => {}
            '>' if depth == 0 => break,
            '>' => depth -= 1,
            ' ' if depth == 0 => {
                if let Some(of_trait) = inside[index..].strip_prefix(" as ") {
                    return of_trait;
                }
            }
            _ => {}
        }
    }
    inside
}

/// The path without what the compiler adds: `app::list::all` of `app::list::all::{{closure}}` and
/// of `app::list::all::<i32>::{async_fn#0}`.
fn plain(function: &str) -> String {
    let path = match function.char_indices().skip(1).find(|(_, c)| *c == '<') {
        Some((generics, _)) if !function.starts_with('<') && !function.contains("<impl ") => {
            function[..generics].trim_end_matches("::")
        }
        _ => function,
    };
    let mut path = path;
    while let Some((outer, _)) = path.rsplit_once("::{").filter(|_| path.ends_with('}')) {
        path = outer;
    }
    path.to_owned()
}

fn is_of_library(file: &Path) -> bool {
    let file = file.to_string_lossy().replace('\\', "/");
    let ours = ["/soft-delete-runtime/src/", "/soft-delete-check/src/"];
    file.starts_with("/rustc/")
        || file.contains("/.cargo/registry/")
        || ours.iter().any(|ours| file.contains(ours))
}

fn shown(file: &Path) -> String {
    let here = std::env::current_dir().ok();
    let relative = here
        .as_deref()
        .and_then(|here| file.strip_prefix(here).ok());
    relative.unwrap_or(file).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_of_a_function_is_that_of_its_trait() {
        let crates = [
            ("app::list::all", Some("app")),
            ("app::list::all::{{closure}}", Some("app")),
            ("app::list::all::<i32>", Some("app")),
            (
                "<app::User as diesel::Queryable<A, B>>::build",
                Some("diesel"),
            ),
            ("<app::Page<diesel::Table> as app::Load>::load", Some("app")),
            ("<diesel::Table as app::Load>::load", Some("app")),
            (
                "<&mut app::Conn as diesel::Connection>::execute",
                Some("diesel"),
            ),
            ("<app::Conn>::load", Some("app")),
            (
                "app::db::<impl diesel::Connection for app::Conn>::load",
                Some("diesel"),
            ),
            (
                "<fn() -> i32 as core::ops::FnOnce<()>>::call_once",
                Some("core"),
            ),
            ("load<diesel::pg::Connection>", None),
            ("main", None),
        ];
        for (function, expected) in crates {
            assert_eq!(krate(function), expected, "{function}");
        }
    }

    #[test]
    fn a_path_has_nothing_of_the_compiler() {
        let paths = [
            ("app::list::all::{{closure}}::{{closure}}", "app::list::all"),
            ("app::list::all::<i32>::{async_fn#0}", "app::list::all"),
            (
                "<app::Page<T> as app::Load>::load::{closure#1}",
                "<app::Page<T> as app::Load>::load",
            ),
            ("load<app::Conn>", "load"),
        ];
        for (function, expected) in paths {
            assert_eq!(plain(function), expected);
        }
    }
}
