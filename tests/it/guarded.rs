//! The suite under `soft-delete-check`: with the feature `check` each connection has a `LeakGuard`,
//! and where `SOFT_DELETE_TRIGGERS` is set too, each table has the doctor's triggers.
//!
//! A test that creates tables declares them with [`guard`] or [`with_tables`]. It fails at its end
//! if the guard reports a statement that is neither run by [`by_hand`] nor in the list of intended
//! ones.

use crate::backend::{Conn, connection, execute_batch};

#[cfg(not(feature = "check"))]
pub use self::unchecked::*;
#[cfg(feature = "check")]
pub use self::under_check::*;

/// A connection to a place of its own with tables, which the SQL creates and fills.
pub fn with_tables<T: Declared>(tables: T, sql: &str) -> Conn {
    let mut conn = connection();
    execute_batch(&mut conn, sql);
    guard(&mut conn, tables);
    conn
}

#[cfg(not(feature = "check"))]
mod unchecked {
    #[cfg(not(asynchronous))]
    use diesel::connection::Connection;
    use diesel::connection::{Instrumentation, InstrumentationEvent};

    use super::Conn;

    /// What [`guard`] takes.
    pub use Copy as Declared;

    /// Declares the tables that a test has created.
    pub fn guard<T: Declared>(_: &mut Conn, _: T) {}

    /// Begins a place with these connections to it.
    pub fn begin<const N: usize>(_: [&mut Conn; N]) {
        let triggers = std::env::var_os("SOFT_DELETE_TRIGGERS");
        assert!(
            triggers.is_none(),
            "the triggers need the feature `check` of the tests"
        );
    }

    /// Whether tables have the doctor's triggers.
    pub fn has_triggers() -> bool {
        false
    }

    /// Runs SQL that is written by hand.
    pub fn by_hand<R>(conn: &mut Conn, action: impl FnOnce(&mut Conn) -> R) -> R {
        action(conn)
    }

    /// Runs what the doctor's triggers would refuse.
    pub fn without_triggers<R>(conn: &mut Conn, action: impl FnOnce(&mut Conn) -> R) -> R {
        action(conn)
    }

    /// The instrumentation of a connection to the last place that a pool has opened.
    #[cfg(all(asynchronous, not(backend = "sqlite")))]
    pub fn instrumentation() -> impl Instrumentation {
        |_: InstrumentationEvent<'_>| {}
    }

    /// Tells `other` what the connection does.
    pub fn listen(conn: &mut Conn, other: impl Instrumentation) {
        conn.set_instrumentation(other);
    }

    /// Ends what [`listen`] began.
    pub fn stop_listening(conn: &mut Conn) {
        listen(conn, |_: InstrumentationEvent<'_>| {});
    }
}

#[cfg(feature = "check")]
mod under_check {
    use std::cell::RefCell;
    use std::mem;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
    use std::thread;

    #[cfg(not(asynchronous))]
    use diesel::connection::{Connection, SimpleConnection};
    use diesel::connection::{Instrumentation, InstrumentationEvent};
    use soft_delete_check::doctor::{Doctor, Findings, Tables};
    use soft_delete_check::{Leak, LeakGuard, LeakKind, doctor};
    use soft_delete_runtime::__private::WatchedTables;

    use super::Conn;
    use crate::backend::{Engine, engine, names};

    /// The tests that intend what the guard reports, by the beginning of their paths.
    const INTENDED: &[(&str, LeakKind)] = &[
        // they show what a join or a predicate does in a query without a scope
        ("joins::", LeakKind::Read),
        ("names::the_", LeakKind::Read),
        ("nested_joins::", LeakKind::Read),
        ("predicates::", LeakKind::Read),
        ("raw_sql::a_join_on_raw_sql", LeakKind::Read),
        ("scopes::", LeakKind::Read),
        // Diesel's own `DELETE` takes a scope
        ("scopes::delete_targets_take_a_scope", LeakKind::Delete),
        ("with_deleted::a_target_with_deleted_rows", LeakKind::Delete),
        // an operation on rows in a state that it never takes
        ("operations::a_target_takes_a_scope", LeakKind::AlwaysEmpty),
        ("operations::rule_3_purge_removes", LeakKind::AlwaysEmpty),
        ("prepared::different_operations", LeakKind::AlwaysEmpty),
        ("tree_delete::a_target_of_a_tree_is", LeakKind::AlwaysEmpty),
    ];

    /// The tests that bind a value which cannot be written, so that the guard has no text to read.
    const UNPRINTABLE: &str = "markers::a_moment_";

    /// The database or schema of a test, to which it has one connection or more.
    #[derive(Default)]
    struct Place {
        /// One for each declaration of tables.
        guards: Mutex<Vec<LeakGuard>>,
        /// The statements that created its triggers.
        triggers: Mutex<Vec<String>>,
        /// Whether statements are not judged now.
        by_hand: AtomicBool,
    }

    thread_local! {
        /// The last place that this thread began.
        static LAST: RefCell<Weak<Place>> = RefCell::default();
    }

    fn last_place() -> Arc<Place> {
        let place = LAST.with_borrow(Weak::upgrade);
        place.expect("this thread has begun a place, and a connection to it is open")
    }

    impl Place {
        fn guards(&self) -> MutexGuard<'_, Vec<LeakGuard>> {
            self.guards.lock().unwrap_or_else(PoisonError::into_inner)
        }

        /// Asserts that the guards have reported nothing but what the test intends.
        fn assert_clean(&self, test: &str) {
            let is_intended = |leak: &Leak| {
                let mut entries = INTENDED.iter();
                entries.any(|(path, kind)| test.starts_with(path) && *kind == leak.kind)
            };
            for guard in self.guards().iter() {
                let leaks = guard.leaks().into_iter();
                let report: String = leaks
                    .filter(|leak| !is_intended(leak))
                    .map(|leak| format!("\n\n{leak}"))
                    .collect();
                assert!(report.is_empty(), "the leak guard found:{report}");
                if !test.starts_with(UNPRINTABLE) {
                    assert_eq!(guard.not_parsed(), 0, "statements that could not be parsed");
                }
            }
        }
    }

    /// The instrumentation of a connection of the suite.
    struct Guarded {
        place: Arc<Place>,
        listener: Arc<Mutex<dyn Instrumentation>>,
        /// The guards, and then the listener.
        chain: Box<dyn Instrumentation>,
        /// How many guards are in it.
        length: usize,
    }

    impl Guarded {
        fn new(place: Arc<Place>, listener: impl Instrumentation) -> Self {
            Self {
                place,
                listener: Arc::new(Mutex::new(listener)),
                chain: Box::new(|event: InstrumentationEvent<'_>| refuse_reads(&event)),
                length: 0,
            }
        }

        fn without_listener(place: Arc<Place>) -> Self {
            Self::new(place, |_: InstrumentationEvent<'_>| {})
        }

        fn update_chain(&mut self) {
            let guards = self.place.guards();
            if guards.len() == self.length {
                return;
            }
            self.length = guards.len();
            let listener = Arc::clone(&self.listener);
            self.chain = Box::new(move |event: InstrumentationEvent<'_>| tell(&listener, event));
            for guard in guards.iter() {
                let rest = mem::replace(&mut self.chain, Box::new(None::<LeakGuard>));
                self.chain = Box::new(guard.clone().and(rest));
            }
        }
    }

    impl Instrumentation for Guarded {
        fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
            if self.place.by_hand.load(Relaxed) {
                tell(&self.listener, event);
            } else {
                self.update_chain();
                self.chain.on_connection_event(event);
            }
        }
    }

    impl Drop for Guarded {
        /// The guard itself does not panic: a runtime could turn the panic into an error.
        fn drop(&mut self) {
            if !thread::panicking() {
                let test = thread::current();
                self.place.assert_clean(test.name().unwrap_or_default());
            }
        }
    }

    fn tell(listener: &Mutex<dyn Instrumentation>, event: InstrumentationEvent<'_>) {
        let mut listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
        listener.on_connection_event(event);
    }

    /// Before tables are declared, no statement may read or change rows.
    fn refuse_reads(event: &InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let verbs = ["SELECT", "WITH", "UPDATE", "DELETE", "/*"];
            assert!(
                !verbs.iter().any(|verb| text.starts_with(verb)),
                "declare the tables with `guard(conn, (users::table, ..))` before this: {text}"
            );
        }
    }

    /// Begins a place with these connections to it.
    pub fn begin<const N: usize>(connections: [&mut Conn; N]) {
        let place = Arc::<Place>::default();
        LAST.set(Arc::downgrade(&place));
        for conn in connections {
            conn.set_instrumentation(Guarded::without_listener(Arc::clone(&place)));
        }
    }

    /// Whether tables have the doctor's triggers.
    pub fn has_triggers() -> bool {
        std::env::var_os("SOFT_DELETE_TRIGGERS").is_some()
    }

    /// What [`guard`] takes.
    pub trait Declared: Tables + WatchedTables + Copy {}

    impl<T: Tables + WatchedTables + Copy> Declared for T {}

    /// Declares tables of the place that was begun last: from now on statements that name them are
    /// judged, and with `SOFT_DELETE_TRIGGERS` the tables have the doctor's triggers.
    pub fn guard<T: Declared>(conn: &mut Conn, tables: T) {
        let place = last_place();
        if has_triggers() {
            // the doctor's queries are not those of the test
            conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
            let created = create_triggers(conn, &triggers(tables));
            place.triggers.lock().unwrap().extend(created);
            conn.set_instrumentation(Guarded::without_listener(Arc::clone(&place)));
        }
        place.guards().push(LeakGuard::watching(tables).collects());
    }

    /// Runs SQL that is written by hand, which the guard does not judge.
    pub fn by_hand<R>(conn: &mut Conn, action: impl FnOnce(&mut Conn) -> R) -> R {
        let place = LAST.with_borrow(Weak::upgrade);
        let set = |is| {
            if let Some(place) = &place {
                place.by_hand.store(is, Relaxed);
            }
        };
        set(true);
        let result = action(conn);
        set(false);
        result
    }

    fn triggers(tables: impl Tables) -> Doctor {
        let doctor = doctor(tables)
            .refuse_hard_deletes()
            .refuse_children_of_deleted()
            .freeze_deleted();
        match engine() {
            Engine::Postgres => doctor.refuse_active_below_deleted_at_commit(),
            Engine::Sqlite | Engine::Mysql => doctor,
        }
    }

    fn create_triggers(conn: &mut Conn, doctor: &Doctor) -> Vec<String> {
        let statements = examine(conn, doctor).trigger_sql();
        run_each(conn, &statements);
        statements
    }

    fn run_each(conn: &mut Conn, statements: &[String]) {
        for statement in statements {
            conn.batch_execute(statement)
                .unwrap_or_else(|error| panic!("{error}: {statement}"));
        }
    }

    /// Runs what the doctor's triggers would refuse: a fixture in which a row was left so before
    /// there were triggers, or Diesel's own statement on rows that a trigger protects.
    pub fn without_triggers<R>(conn: &mut Conn, action: impl FnOnce(&mut Conn) -> R) -> R {
        let triggers = last_place().triggers.lock().unwrap().clone();
        if triggers.is_empty() {
            return action(conn);
        }
        let drops = names(
            conn,
            match engine() {
                Engine::Sqlite => {
                    "SELECT 'DROP TRIGGER \"' || name || '\"' AS name FROM sqlite_master \
                     WHERE type = 'trigger' AND name LIKE 'soft_delete_%'"
                }
                Engine::Postgres => {
                    "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) AS name \
                     FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid \
                     WHERE relnamespace = current_schema()::regnamespace \
                     AND tgname LIKE 'soft_delete_%'"
                }
                Engine::Mysql => {
                    "SELECT CONCAT('DROP TRIGGER `', trigger_name, '`') AS name \
                     FROM information_schema.triggers \
                     WHERE trigger_schema = DATABASE() AND trigger_name LIKE 'soft_delete_%'"
                }
            },
        );
        run_each(conn, &drops);
        let result = action(conn);
        run_each(conn, &triggers);
        result
    }

    fn examine(conn: &mut Conn, doctor: &Doctor) -> Findings {
        #[cfg(asynchronous)]
        let findings = conn.runtime.block_on(doctor.examine(&mut conn.inner));
        #[cfg(not(asynchronous))]
        let findings = doctor.examine(conn);
        findings.unwrap()
    }

    /// The instrumentation of a connection to the last place that a pool has opened.
    #[cfg(all(asynchronous, not(backend = "sqlite")))]
    pub fn instrumentation() -> impl Instrumentation {
        Guarded::without_listener(last_place())
    }

    /// Tells `other` what the connection does.
    pub fn listen(conn: &mut Conn, other: impl Instrumentation) {
        conn.set_instrumentation(Guarded::new(last_place(), other));
    }

    /// Ends what [`listen`] began.
    pub fn stop_listening(conn: &mut Conn) {
        conn.set_instrumentation(Guarded::without_listener(last_place()));
    }
}
