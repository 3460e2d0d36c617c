//! A guard beside another instrumentation.

use std::fmt;

use diesel::connection::{Instrumentation, InstrumentationEvent};

use super::guard::LeakGuard;

/// A [`LeakGuard`] and another instrumentation: what [`LeakGuard::and`] returns.
#[derive(Clone)]
pub struct And<I> {
    pub(super) guard: LeakGuard,
    pub(super) other: I,
}

impl<I> fmt::Debug for And<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("And");
        debug.field("guard", &self.guard).finish_non_exhaustive()
    }
}

impl<I: Instrumentation> Instrumentation for And<I> {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let text = self.guard.read(&event);
        // before a panic, so that a log has the statement
        self.other.on_connection_event(event);
        if let Some(text) = text {
            self.guard.judge(&text);
        }
    }
}
