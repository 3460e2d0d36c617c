//! A crate of many models, to be compiled.

use std::fmt::Write;
use std::io;
use std::path::Path;

/// What its models are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Diesel's derives alone.
    Plain,
    /// And `SoftDeletable`.
    Derived,
    /// And scopes and operations written by hand.
    ByHand,
}

impl Kind {
    /// All.
    pub const ALL: [Kind; 3] = [Kind::Plain, Kind::Derived, Kind::ByHand];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Plain => "plain",
            Kind::Derived => "derived",
            Kind::ByHand => "by_hand",
        }
    }
}

const HEAD: &str = "\
#![allow(dead_code)]
use diesel::prelude::*;
";

const MODEL: &str = "
diesel::table! {
    things_$N (id) {
        id -> Integer,
        owner_id -> Integer,
        group_id -> Nullable<Integer>,
        name -> Text,
        title -> Nullable<Text>,
        amount -> BigInt,
        ratio -> Double,
        visible -> Bool,
        created_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, Insertable, AsChangeset$DERIVE)]
#[diesel(table_name = things_$N)]
pub struct Thing$N {
    pub id: i32,
    pub owner_id: i32,
    pub group_id: Option<i32>,
    pub name: String,
    pub title: Option<String>,
    pub amount: i64,
    pub ratio: f64,
    pub visible: bool,
    pub created_at: chrono::NaiveDateTime,
    pub deleted_at: Option<chrono::NaiveDateTime>,
}
";

/// What one would write for each model: scopes that load, and what the operations return.
const BY_HAND: &str = "
impl Thing$N {
    pub fn query() -> diesel::dsl::Select<diesel::dsl::Filter<things_$N::table, diesel::dsl::IsNull<things_$N::deleted_at>>, diesel::dsl::AsSelect<Self, diesel::sqlite::Sqlite>> {
        things_$N::table.filter(things_$N::deleted_at.is_null()).select(Self::as_select())
    }

    pub fn only_deleted() -> diesel::dsl::Select<diesel::dsl::Filter<things_$N::table, diesel::dsl::IsNotNull<things_$N::deleted_at>>, diesel::dsl::AsSelect<Self, diesel::sqlite::Sqlite>> {
        things_$N::table.filter(things_$N::deleted_at.is_not_null()).select(Self::as_select())
    }

    pub fn soft_delete_by_id(conn: &mut SqliteConnection, id: i32) -> QueryResult<usize> {
        diesel::update(things_$N::table.find(id).filter(things_$N::deleted_at.is_null()))
            .set(things_$N::deleted_at.eq(chrono::Utc::now().naive_utc()))
            .execute(conn)
    }

    pub fn restore_by_id(conn: &mut SqliteConnection, id: i32) -> QueryResult<usize> {
        diesel::update(things_$N::table.find(id).filter(things_$N::deleted_at.is_not_null()))
            .set(things_$N::deleted_at.eq(None::<chrono::NaiveDateTime>))
            .execute(conn)
    }

    pub fn purge_by_id(conn: &mut SqliteConnection, id: i32) -> QueryResult<usize> {
        diesel::delete(things_$N::table.find(id).filter(things_$N::deleted_at.is_not_null())).execute(conn)
    }
}
";

/// Uses of a model: that of a look-up, a soft delete, a restore and a purge.
const USES_DERIVED: &str = "
pub fn use_$N(conn: &mut SqliteConnection) -> QueryResult<usize> {
    let thing = Thing$N::query().find(1).get_result(conn)?;
    thing.soft_delete().execute(conn)?;
    Thing$N::restore_by_id(thing.id).execute(conn)?;
    Thing$N::purge_by_id(thing.id).execute(conn)
}
";

const USES_BY_HAND: &str = "
pub fn use_$N(conn: &mut SqliteConnection) -> QueryResult<usize> {
    let thing = Thing$N::query().find(1).get_result(conn)?;
    Thing$N::soft_delete_by_id(conn, thing.id)?;
    Thing$N::restore_by_id(conn, thing.id)?;
    Thing$N::purge_by_id(conn, thing.id)
}
";

/// The code of the library.
fn library(kind: Kind, used: bool, models: usize) -> String {
    let mut code = HEAD.to_owned();
    if kind == Kind::Derived {
        code.push_str("use soft_delete_runtime::prelude::*;\n");
    }
    let derive = if kind == Kind::Derived {
        ", SoftDeletable"
    } else {
        ""
    };
    for number in 0..models {
        let parts = match (kind, used) {
            (Kind::ByHand, true) => [MODEL, BY_HAND, USES_BY_HAND],
            (Kind::ByHand, false) => [MODEL, BY_HAND, ""],
            (Kind::Derived, true) => [MODEL, USES_DERIVED, ""],
            _ => [MODEL, "", ""],
        };
        let model = parts.concat().replace("$DERIVE", derive);
        code.push_str(&model.replace("$N", &number.to_string()));
    }
    code
}

/// The code of the program.
fn program(used: bool, models: usize) -> String {
    let mut code = "use diesel::prelude::*;\n\nfn main() {\n".to_owned();
    if used {
        code.push_str(
            "    let Ok(mut conn) = SqliteConnection::establish(\":memory:\") else { return };\n",
        );
        for number in 0..models {
            let _ = writeln!(
                code,
                "    println!(\"{{:?}}\", models::use_{number}(&mut conn));"
            );
        }
    } else {
        code.push_str(
            "    println!(\"{:?}\", SqliteConnection::establish(\":memory:\").is_ok());\n",
        );
    }
    code + "}\n"
}

/// The name of the crate's package and directory. Each has its own: with one name, cargo would take
/// them for one package in the target directory that they share.
pub fn package(kind: Kind, used: bool) -> String {
    let used = if used { "_used" } else { "" };
    format!("{}{used}", kind.name())
}

/// The manifest of a library, and of a program that uses it.
pub fn manifest(package: &str) -> String {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../soft-delete-runtime");
    format!(
        "[workspace]
[package]
name = \"{package}\"
version = \"0.0.0\"
edition = \"2024\"

[lib]
name = \"models\"

[features]
program = []

[[bin]]
name = \"program\"
path = \"src/program.rs\"
required-features = [\"program\"]

[dependencies]
soft-delete-runtime = {{ path = {runtime:?}, features = [\"sqlite\"] }}
diesel = {{ version = \"~2.3.0\", default-features = false, features = [\"sqlite\", \"chrono\"] }}
chrono = {{ version = \"0.4\", default-features = false, features = [\"clock\"] }}
libsqlite3-sys = {{ version = \"0.38\", features = [\"bundled\"] }}
"
    )
}

/// Has a crate depend on what this workspace does.
pub fn lock(directory: &Path) -> io::Result<()> {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    std::fs::copy(lock, directory.join("Cargo.lock")).map(|_| ())
}

/// Writes the crate of so many models, and a program that uses each of them, or none.
pub fn write(directory: &Path, kind: Kind, used: bool, models: usize) -> io::Result<()> {
    let package = package(kind, used);
    std::fs::create_dir_all(directory.join("src"))?;
    std::fs::write(directory.join("Cargo.toml"), manifest(&package))?;
    std::fs::write(directory.join("src/lib.rs"), library(kind, used, models))?;
    // without the derive there is nothing to use
    let used = used && kind != Kind::Plain;
    std::fs::write(directory.join("src/program.rs"), program(used, models))?;
    lock(directory)
}
