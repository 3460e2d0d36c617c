//! Names and keys of what a repair creates.

use super::catalogue::Key;
use super::engine::Engine;

/// A name of at most 63 bytes, which every engine takes as it is.
pub(super) fn name(base: &str, ending: &str) -> String {
    let mut end = base.len().min(63 - ending.len());
    while !base.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", &base[..end])
}

/// The keys of an index, quoted.
pub(super) fn keys(engine: Engine, keys: &[Key]) -> String {
    let keys: Vec<_> = (keys.iter())
        .map(|key| match key {
            Key::Column(name) => engine.quote(name),
            Key::Prefix(name, length) => format!("{}({length})", engine.quote(name)),
            Key::Expression(sql) if engine == Engine::Postgres => sql.clone(),
            Key::Expression(sql) => format!("({sql})"),
        })
        .collect();
    keys.join(", ")
}
