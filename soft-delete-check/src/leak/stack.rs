//! Work that takes much of the stack.

/// The parser and the analysis call themselves for each parenthesis. Memory that is not touched
/// costs nothing, but a small machine may not promise the most.
const SIZES: [usize; 3] = [512 << 20, 64 << 20, 8 << 20];

/// `None` if there is no such thread, or it panicked.
pub(super) fn with_large_stack<T: Send>(work: impl Fn() -> T + Sync) -> Option<T> {
    std::thread::scope(|scope| {
        SIZES
            .into_iter()
            .find_map(|size| {
                let thread = std::thread::Builder::new().stack_size(size);
                thread.spawn_scoped(scope, &work).ok()
            })?
            .join()
            .ok()
    })
}
