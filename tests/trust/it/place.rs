//! A place that several connections share: the schema of the first, or a file.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::backend::{Conn, Engine, engine, execute_batch, isolate, url};

/// Lives as long as its first connection.
pub struct Place {
    pub first: Conn,
    name: String,
}

impl Place {
    pub fn new() -> Self {
        if engine() == Engine::Sqlite {
            let number: u64 = Dice::new().next();
            let file = format!("soft_delete_trust_{}_{number}.db", std::process::id());
            let file = std::env::temp_dir().join(file);
            let name = file.to_str().unwrap().to_owned();
            return Self {
                first: connect(&name),
                name,
            };
        }
        let mut first = Conn::establish(&url()).unwrap();
        isolate(&mut first);
        let current = match engine() {
            Engine::Postgres => "current_schema()::text",
            _ => "DATABASE()",
        };
        let current = diesel::dsl::sql::<Text>(current);
        let name = diesel::select(current).get_result(&mut first).unwrap();
        Self { first, name }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    #[cfg(not(backend = "sqlite"))]
    pub fn connect(&self) -> Conn {
        connect(&self.name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if engine() == Engine::Sqlite {
            for end in ["", "-wal", "-shm", "-journal"] {
                let _ = std::fs::remove_file(format!("{}{end}", self.name));
            }
        }
    }
}

/// A further connection to the place of that name.
pub fn connect(place: &str) -> Conn {
    match engine() {
        Engine::Sqlite => {
            let mut conn = Conn::establish(place).unwrap();
            execute_batch(
                &mut conn,
                "PRAGMA busy_timeout = 30000; PRAGMA foreign_keys = ON;
                 PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF",
            );
            conn
        }
        Engine::Postgres => {
            let mut conn = Conn::establish(&url()).unwrap();
            execute_batch(&mut conn, &format!("SET search_path = {place}"));
            conn
        }
        Engine::Mysql => {
            let mut conn = Conn::establish(&url()).unwrap();
            execute_batch(&mut conn, &format!("USE {place}"));
            conn
        }
    }
}

/// What the transactions of a session see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code)] // each backend has a use for some
pub enum Isolation {
    ReadCommitted,
    RepeatableRead,
    Serializable,
}

impl Isolation {
    pub fn set(self, conn: &mut Conn) {
        let level = match self {
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        };
        let sql = match engine() {
            Engine::Sqlite => return, // one writer at a time, whatever one says
            Engine::Postgres => {
                format!("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}")
            }
            Engine::Mysql => format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}"),
        };
        conn.batch_execute(&sql).unwrap();
    }
}

/// Random numbers, told by their seed (splitmix64).
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        use std::hash::{BuildHasher, RandomState};
        Self(RandomState::new().hash_one(std::process::id()))
    }

    #[cfg(not(backend = "sqlite"))]
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 on, below the end.
    pub fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end.max(1))).unwrap()
    }

    /// From 1 to the last.
    pub fn id(&mut self, last: i32) -> i32 {
        1 + i32::try_from(self.below(last.unsigned_abs())).unwrap()
    }
}
