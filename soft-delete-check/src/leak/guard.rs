//! The instrumentation.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use diesel::connection::{Instrumentation, InstrumentationEvent};
use soft_delete_runtime::__private::WatchedTables;

use super::allow::Allow;
use super::analysis::{Dialect, Finding, Watched, analyse, not_read};
use super::and::And;
use super::call_site::{self, CallSite};
use super::leak::Leak;
use super::stack::with_large_stack;
use super::watching::Watching;

/// Reads the SQL that connections execute, and finds what forgets that rows may be deleted.
///
/// It is an [`Instrumentation`]: set it as the default of all connections, or on one. Clones share
/// what they find. See the [crate's docs](crate) for what it reports and what it cannot see.
///
/// # All connections
///
/// [`set_default_instrumentation`](diesel::connection::set_default_instrumentation) covers the
/// connections of pools and of diesel-async too. It takes a function, so the guard is a `static`:
///
/// ```
/// # include!("../doctest_setup.rs");
/// use std::sync::LazyLock;
/// use diesel::connection::set_default_instrumentation;
/// use soft_delete_check::LeakGuard;
///
/// static GUARD: LazyLock<LeakGuard> =
///     LazyLock::new(|| LeakGuard::watching((users::table, posts::table)).panics());
///
/// # fn main() -> QueryResult<()> {
/// set_default_instrumentation(|| Some(Box::new(GUARD.clone())))?;
///
/// let mut conn = connection();                           // and each one after it
/// users::table.active().count().get_result::<i64>(&mut conn)?;
/// # Ok(())
/// # }
/// ```
///
/// # One connection
///
/// ```
/// # include!("../doctest_setup.rs");
/// use soft_delete_check::{Allow, LeakGuard};
///
/// # fn main() -> QueryResult<()> {
/// # let mut conn = connection();
/// let guard = LeakGuard::watching((users::table, posts::table)).collects();
/// conn.set_instrumentation(guard.clone());
///
/// users::table.count().get_result::<i64>(&mut conn)?;    // forgets `.active()`
///
/// assert_eq!(guard.leaks().len(), 1);
/// guard.assert_only(&[Allow::read("users").sql("SELECT COUNT(*) FROM users")]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct LeakGuard {
    shared: Arc<Shared>,
    /// What the connection was established to.
    dialect: Option<Dialect>,
}

#[derive(Debug)]
struct Shared {
    watched: Vec<Watched>,
    allowed: Vec<Allow>,
    panics: bool,
    /// What is wrong with the texts seen so far: each is parsed once.
    known: Mutex<Known>,
    /// The functions of the calls that led to leaks.
    calls: Mutex<HashMap<Vec<usize>, Arc<[CallSite]>>>,
    leaks: Mutex<Vec<Leak>>,
    not_parsed: AtomicUsize,
}

type Known = HashMap<(Dialect, String), Arc<[Finding]>>;

impl LeakGuard {
    /// Watches soft-delete tables: one, or a tuple, which may hold tuples where there are more than
    /// 16. Other tables are not looked at.
    pub fn watching<T: WatchedTables>(_tables: T) -> Watching {
        Watching::new::<T>()
    }

    pub(super) fn new(watched: Vec<Watched>, allowed: Vec<Allow>, panics: bool) -> Self {
        Self {
            shared: Arc::new(Shared {
                watched,
                allowed,
                panics,
                known: Mutex::default(),
                calls: Mutex::default(),
                leaks: Mutex::default(),
                not_parsed: AtomicUsize::new(0),
            }),
            dialect: None,
        }
    }

    /// Passes each event on to another instrumentation, a logger for instance.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// use diesel::connection::InstrumentationEvent;
    /// use soft_delete_check::LeakGuard;
    ///
    /// # fn main() -> QueryResult<()> {
    /// # let mut conn = connection();
    /// let guard = LeakGuard::watching(users::table).panics();
    /// conn.set_instrumentation(guard.and(|event: InstrumentationEvent<'_>| {
    ///     println!("{event:?}");
    /// }));
    /// users::table.active().count().get_result::<i64>(&mut conn)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn and<I: Instrumentation>(self, other: I) -> And<I> {
        And { guard: self, other }
    }

    /// What was found so far, by this guard and its clones. A statement that is executed many times
    /// at one place, called alike, is there once.
    pub fn leaks(&self) -> Vec<Leak> {
        lock(&self.shared.leaks).clone()
    }

    /// How many statements could not be read and are not reported as leaks: they cannot be printed, or
    /// they cannot be parsed and name no watched table, or are the library's own.
    pub fn not_parsed(&self) -> usize {
        self.shared.not_parsed.load(Ordering::Relaxed)
    }

    /// Asserts that what was found is what the list allows, and that each entry of the list is
    /// needed. `assert_only(&[])`: nothing was found.
    ///
    /// # Panics
    ///
    /// With the report of each leak that no entry matches, and with the entries that matched
    /// nothing.
    #[track_caller]
    pub fn assert_only(&self, allowed: &[Allow]) {
        let leaks = self.leaks();
        let entries = || self.shared.allowed.iter().chain(allowed);
        let mut report = String::new();
        let forbidden = leaks
            .iter()
            .filter(|leak| !entries().any(|entry| entry.matches(leak)));
        for (leak, threads) in by_place(forbidden) {
            report += &format!("\n\n{leak}");
            if threads.len() > 1 {
                report += &format!("\n  (in {} threads)", threads.len());
            }
        }
        let unused = entries().filter(|entry| !leaks.iter().any(|leak| entry.matches(leak)));
        unused.for_each(|entry| report += &format!("\n\nmatched nothing, remove it: {entry}"));
        assert!(report.is_empty(), "not what the list allows:{report}\n");
    }

    /// The SQL of a query that starts.
    pub(super) fn read(&mut self, event: &InstrumentationEvent<'_>) -> Option<String> {
        match event {
            InstrumentationEvent::FinishEstablishConnection {
                url, error: None, ..
            } => self.dialect = Some(Dialect::of_url(url)),
            InstrumentationEvent::StartQuery { query, .. } => {
                let mut text = String::new();
                if write!(text, "{query}").is_ok() {
                    text.truncate(length_without_binds(&text));
                    return Some(text);
                }
                // a bind that cannot be written: the query fails of it too
                self.shared.not_parsed.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        }
        None
    }

    pub(super) fn judge(&self, text: &str) {
        let dialect = self.dialect.unwrap_or_else(|| Dialect::guess(text));
        let findings = self.shared.findings(dialect, text);
        if findings.is_empty() {
            return;
        }
        let leaks = self.shared.leaks_of(&findings, text);
        let mut report = String::new();
        for leak in leaks {
            if !self.shared.allowed.iter().any(|entry| entry.matches(&leak)) {
                report += &format!("\n\n{leak}");
            }
            let mut known = lock(&self.shared.leaks);
            if !known.contains(&leak) {
                known.push(leak);
            }
        }
        if self.shared.panics && !report.is_empty() && !thread::panicking() {
            panic!("a statement forgets that rows may be deleted:{report}\n");
        }
    }
}

impl Shared {
    fn findings(&self, dialect: Dialect, text: &str) -> Arc<[Finding]> {
        let key = (dialect, text.to_owned());
        if let Some(findings) = lock(&self.known).get(&key) {
            return findings.clone();
        }
        let analysed = with_large_stack(|| analyse(&key.1, dialect, &self.watched));
        let findings = analysed.unwrap_or_else(|| not_read(text, &self.watched));
        let findings: Arc<[Finding]> = findings.into();
        lock(&self.known).insert(key, findings.clone());
        findings
    }

    fn calls(&self) -> Arc<[CallSite]> {
        let addresses = call_site::addresses();
        let mut known = lock(&self.calls);
        let resolve = |addresses: &Vec<usize>| call_site::of_program(addresses).into();
        let calls = known.entry(addresses).or_insert_with_key(resolve);
        calls.clone()
    }

    fn leaks_of(&self, findings: &[Finding], text: &str) -> Vec<Leak> {
        let mut frames = None;
        let mut leaks = Vec::new();
        for Finding {
            kind,
            table,
            joined,
        } in findings
        {
            let watched = self
                .watched
                .iter()
                .find(|w| Some(&w.table) == table.as_ref());
            let Some(watched) = watched else {
                self.not_parsed.fetch_add(1, Ordering::Relaxed);
                continue;
            };
            let frames = frames.get_or_insert_with(|| self.calls());
            leaks.push(Leak {
                kind: *kind,
                table: watched.table.clone(),
                statement: text.to_owned(),
                call_site: frames.first().cloned(),
                thread: thread::current().name().map(str::to_owned),
                joined: *joined,
                active: watched.active_sql(),
                frames: frames.clone(),
            });
        }
        leaks
    }
}

/// One of those of a statement and place, with the threads.
fn by_place<'l>(
    leaks: impl Iterator<Item = &'l Leak>,
) -> Vec<(&'l Leak, HashSet<Option<&'l str>>)> {
    let mut groups: Vec<(&Leak, HashSet<_>)> = Vec::new();
    for leak in leaks {
        let thread = leak.thread.as_deref();
        match groups.iter_mut().find(|(one, _)| one.is_same_place(leak)) {
            Some((_, threads)) => {
                threads.insert(thread);
            }
            None => groups.push((leak, HashSet::from([thread]))),
        }
    }
    groups
}

/// Where the values begin that Diesel writes behind a statement, ` -- binds: [1]`: not inside of a
/// literal, a name or a comment of the statement. Left there, they are a comment to the parser.
fn length_without_binds(text: &str) -> usize {
    let is_closed = |sql: &str| {
        let count = |part: &str| sql.matches(part).count();
        let is_even = |quote: &&str| count(quote) % 2 == 0;
        ["'", "\"", "`", "$$"].iter().all(is_even) && count("/*") == count("*/")
    };
    let mut begins = text.match_indices(" -- binds: [").map(|(at, _)| at);
    let found = begins
        .find(|&at| is_closed(&text[..at]) && text.ends_with(']') && !text[at..].contains('\n'));
    found.unwrap_or(text.len())
}

/// What is kept is right even if a thread panicked beside it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Instrumentation for LeakGuard {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let Some(text) = self.read(&event) {
            self.judge(&text);
        }
    }
}
