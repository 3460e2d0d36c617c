//! The leak guard.
mod analysis;
mod leak;
mod stack;
pub use self::leak::Kind;
