//! What is called after a batch.

use super::progress::Progress;

/// No function of [`after_batch`](super::PurgeExpired::after_batch).
#[derive(Debug, Clone, Copy)]
pub struct NoAfter;

/// Blanket-implemented alias for a function of [`after_batch`](super::PurgeExpired::after_batch).
pub trait CallAfter<V> {
    #[doc(hidden)]
    fn call(&mut self, progress: &Progress, value: V);
}

impl<V> CallAfter<V> for NoAfter {
    fn call(&mut self, _: &Progress, _: V) {}
}

#[diagnostic::do_not_recommend]
impl<V, F: FnMut(&Progress, V)> CallAfter<V> for F {
    fn call(&mut self, progress: &Progress, value: V) {
        self(progress, value);
    }
}
