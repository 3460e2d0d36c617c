//! Work that takes much of the stack.

/// The parser and the analysis call themselves for each parenthesis. Memory that is not touched
/// costs nothing.
const STACK: usize = 512 << 20;

/// `None` if there is no such thread, or it panicked.
pub(super) fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        thread.spawn_scoped(scope, work).ok()?.join().ok()
    })
}
