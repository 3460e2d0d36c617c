//! What a connection does, as Diesel's instrumentation tells it.

use std::sync::{Arc, Mutex};

use diesel::connection::InstrumentationEvent;

use crate::backend::Conn;
use crate::guarded::{listen, stop_listening};

#[derive(Debug, Default)]
pub struct Recording {
    /// The statements run, each with its SQL and binds.
    pub statements: Vec<String>,
    /// The SQL of those that were put into the cache of prepared statements.
    pub cached: Vec<String>,
}

/// Runs `action`, and tells which statements it ran.
pub fn record<R>(conn: &mut Conn, action: impl FnOnce(&mut Conn) -> R) -> (R, Recording) {
    let recording = Arc::new(Mutex::new(Recording::default()));
    let shared = Arc::clone(&recording);
    listen(conn, move |event: InstrumentationEvent<'_>| {
        let mut recording = shared.lock().unwrap();
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                recording.statements.push(query.to_string());
            }
            InstrumentationEvent::CacheQuery { sql, .. } => recording.cached.push(sql.to_string()),
            _ => {}
        }
    });
    let result = action(conn);
    stop_listening(conn);
    let recording = std::mem::take(&mut *recording.lock().unwrap());
    (result, recording)
}
