//! Carrying out: operations on blocking and asynchronous connections.

#[cfg(feature = "async")]
mod asynchronous;
mod blocking;
mod methods;
mod on;
mod record;
mod single;
mod traits;

#[cfg(feature = "async")]
pub use self::asynchronous::{Asynchronous, BoxFuture};
pub use self::blocking::{Blocking, BlockingConnection};
pub use self::traits::{LoadTree, RunHold, RunRetention, RunTree};
