//! Ten million rows: what the library takes beside SQL by hand through Diesel, and what rows that are
//! deleted and then removed leave behind in the table and its indexes.

use std::error::Error;
use std::time::Duration;

use diesel::prelude::*;
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::methods::LoadQuery;
use soft_delete_benches::page;
use soft_delete_benches::rows::{self, Layout, MONTHS, Size, users};
use soft_delete_benches::schema::{Database, File, batch, open, settle};
use soft_delete_benches::turns::{Rounds, time};
use soft_delete_benches::work::Way;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Task {
    Delete,
    Restore,
    List,
    Trash,
    Cascade,
    RestoreTree,
    Retention,
}

/// What is done, how many times in a round, and of how many rows each time.
fn tasks() -> [(Task, &'static str, usize, usize); 7] {
    [
        (Task::Delete, "soft delete of a post by key", 200, 2),
        (Task::Restore, "its restore", 200, 2),
        (Task::List, "50 active posts of a user", 100, 50),
        (Task::Trash, "the newest 50 of the trash", 100, 50),
        (Task::Cascade, "cascade of a user", 20, 101),
        (Task::RestoreTree, "its restore with all below", 20, 101),
        (Task::Retention, "retention", 1, 10 * users() / MONTHS),
    ]
}

impl Task {
    /// The key of a row that it is done to: a month, a post with a comment, or a user with ten
    /// comments below.
    fn key(self, number: usize) -> usize {
        let user = |number| number * 7 % (users() / 10) * 10 + 3;
        match self {
            Task::Retention => number,
            Task::Delete | Task::Restore => user(number / 10) - 1 + number % 10 * 10 * users(),
            _ => user(number),
        }
    }

    /// The statements that one would write for it by hand; `@user` is the key.
    fn by_hand<C: Database>(self) -> Vec<String> {
        use soft_delete_benches::work::{Work, by_hand};

        let one = |set: &str, is: &str| {
            [("comments", "post_id"), ("posts", "id")].map(|(table, key)| {
                format!(
                    "UPDATE {table} SET deleted_at = {set} WHERE {key} = @user AND deleted_at {is}"
                )
            })
        };
        match self {
            Task::Delete => one("@moment", "IS NULL").to_vec(),
            Task::Restore => one("NULL", "= @moment").to_vec(),
            Task::Cascade => by_hand::<C>(Work::Cascade, false),
            _ => by_hand::<C>(Work::Restore, false),
        }
    }
}

macro_rules! on {
    ($name:ident, $Conn:ty, [$($lock:tt)*]) => {
        mod $name {
            use chrono::{NaiveDateTime, TimeDelta};
            use soft_delete_benches::schema::{comments, posts, users};
            use soft_delete_benches::work::{self, moment};
            use soft_delete_runtime::prelude::*;

            use super::*;

            macro_rules! page {
                ($conn:ident, $posts:expr) => {
                    $posts
                        .select((posts::id, posts::title, posts::deleted_at))
                        .limit(50)
                        .load::<(i32, String, Option<NaiveDateTime>)>($conn)
                        .map(|posts| posts.len())
                };
            }

            /// Does it once, and counts the rows.
            pub fn run(conn: &mut $Conn, task: Task, way: Way, key: i32) -> usize {
                let done = match way {
                    Way::Library => library(conn, task, key),
                    Way::ByHand => by_hand(conn, task, key).map_err(Into::into),
                };
                done.unwrap_or_else(|error| panic!("{task:?}: {error}"))
            }

            fn library(
                conn: &mut $Conn,
                task: Task,
                key: i32,
            ) -> Result<usize, soft_delete_runtime::Error> {
                let of_user = posts::user_id.eq(key);
                let newest = posts::deleted_at.desc();
                let (post, user) = (posts::table.find(key), users::table.find(key));
                match task {
                    Task::Delete => soft_delete(post).at(moment(1)).execute(conn),
                    Task::Restore => restore(post).execute(conn),
                    Task::List => {
                        let posts = posts::table.active().filter(of_user);
                        Ok(page!(conn, posts.order(posts::id.desc()))?)
                    }
                    Task::Trash => Ok(page!(conn, posts::table.only_deleted().order(newest))?),
                    Task::Cascade => soft_delete(user).at(moment(1)).execute(conn),
                    Task::RestoreTree => restore(user).execute(conn),
                    Task::Retention => {
                        let expired = purge_expired(posts::table).deleted_before(cutoff(key));
                        expired.execute(conn).map(|done| done.rows_of("posts"))
                    }
                }
            }

            fn by_hand(conn: &mut $Conn, task: Task, key: i32) -> QueryResult<usize> {
                match task {
                    Task::List => {
                        let posts = posts::table.filter(posts::deleted_at.is_null());
                        page!(conn, posts.filter(posts::user_id.eq(key)).order(posts::id.desc()))
                    }
                    Task::Trash => {
                        let posts = posts::table.filter(posts::deleted_at.is_not_null());
                        page!(conn, posts.order(posts::deleted_at.desc()))
                    }
                    Task::Retention => batches(conn, cutoff(key)),
                    _ => work::run(conn, &task.by_hand::<$Conn>(), key),
                }
            }

            /// The end of a month.
            fn cutoff(month: i32) -> NaiveDateTime {
                moment(1) - TimeDelta::days(365 - 30 * i64::from(month + 1))
            }

            fn batches(conn: &mut $Conn, cutoff: NaiveDateTime) -> QueryResult<usize> {
                let (mut removed, mut last) = (0, Some(0));
                while let Some(after) = last {
                    last = conn.transaction(|conn| {
                        let keys: Vec<i32> = posts::table
                            .filter(posts::deleted_at.lt(cutoff))
                            .filter(posts::id.gt(after))
                            .order(posts::id)
                            .limit(1_000)
                            .select(posts::id)
                            $($lock)*
                            .load(conn)?;
                        let below = comments::table.filter(comments::post_id.eq_any(&keys));
                        diesel::delete(below).execute(conn)?;
                        let going = posts::table.filter(posts::id.eq_any(&keys));
                        removed += diesel::delete(going).execute(conn)?;
                        QueryResult::Ok(keys.last().copied().filter(|_| keys.len() == 1_000))
                    })?;
                }
                Ok(removed)
            }
        }
    };
}

on!(sqlite, SqliteConnection, []);
#[cfg(feature = "postgres")]
on!(postgres, PgConnection, [.for_update().skip_locked()]);
#[cfg(feature = "mysql")]
on!(mysql, MysqlConnection, [.for_update().skip_locked()]);

/// A database, and what does a task on it.
struct On<C> {
    name: &'static str,
    layout: Layout,
    run: fn(&mut C, Task, Way, i32) -> usize,
}

impl<C> On<C> {
    /// The time of the tasks of a round.
    fn times(&self, conn: &mut C, task: usize, way: Way, round: usize) -> Duration {
        let (task, name, count, rows) = tasks()[task];
        let keys = (round * count..(round + 1) * count).map(|number| task.key(number));
        let keys: Vec<i32> = keys.map(|key| key.try_into().unwrap_or_default()).collect();
        time(|| {
            for key in keys {
                let changed = (self.run)(conn, task, way, key);
                assert_eq!(changed, rows, "{name} on {}, {}", self.name, way.name());
            }
        })
    }
}

#[derive(Default)]
struct Figures {
    tasks: Vec<Vec<String>>,
    stages: Vec<Vec<String>>,
}

impl Figures {
    fn measure<C: Database>(&mut self, on: &On<C>, url: &str) -> ConnectionResult<()>
    where
        SqlQuery: for<'a> LoadQuery<'a, C, Size>,
    {
        let conn = &mut open::<C>(url)?;
        on.layout.fill(conn);
        self.stage(on, conn, "all active", settle);
        self.stage(on, conn, "a tenth deleted", |conn| on.layout.delete(conn));
        self.stage(on, conn, "cleared", |conn| batch(conn, on.layout.clear));
        self.tasks(on, conn);
        self.stage(on, conn, "trash emptied", |_| ());
        self.stage(on, conn, "cleared", |conn| batch(conn, on.layout.clear));
        Ok(())
    }

    /// What there is after a step, and what a list takes then.
    fn stage<C: Database>(&mut self, on: &On<C>, conn: &mut C, name: &str, step: impl Fn(&mut C))
    where
        SqlQuery: for<'a> LoadQuery<'a, C, Size>,
    {
        const LIST: usize = Task::List as usize;
        let taken = time(|| step(conn)).as_secs_f64();
        let size = on.layout.size(conn);
        let size = size.unwrap_or_else(|error| panic!("the size on {}: {error}", on.name));
        let mib = |bytes: i64| format!("{:.0}", bytes as f64 / 1_048_576.0);
        on.times(conn, LIST, Way::Library, 0); // warms up
        let lists = on.times(conn, LIST, Way::Library, 0).as_secs_f64();
        let row = vec![
            format!("{}: {name}", on.name),
            format!("{taken:.1}"),
            mib(size.bytes),
            mib(size.of_indexes),
            size.dead,
            format!("{:.3}", lists * 1e3 / tasks()[LIST].2 as f64),
        ];
        println!("{}", row.join(" | ")); // the whole takes half an hour
        self.stages.push(row);
    }

    /// Each task in both ways. A retention removes a month each time.
    fn tasks<C: Database>(&mut self, on: &On<C>, conn: &mut C) {
        let mut measured = tasks().map(|_| Rounds::default());
        let mut month = 0;
        for round in 0..MONTHS / Way::ALL.len() {
            let mut taken = tasks().map(|_| [Duration::ZERO; Way::ALL.len()]);
            for way in measured[0].order(Way::ALL.len()) {
                for (task, taken) in taken.iter_mut().enumerate() {
                    let is_retention = tasks()[task].0 == Task::Retention;
                    let round = if is_retention { month } else { round };
                    taken[way] = on.times(conn, task, Way::ALL[way], round);
                }
                month += 1;
            }
            for (rounds, taken) in measured.iter_mut().zip(taken) {
                rounds.push(taken.to_vec());
            }
        }
        for ((_, name, count, rows), rounds) in tasks().into_iter().zip(measured) {
            let row = vec![
                format!("{name} on {}", on.name),
                rows.to_string(),
                format!("{:.2}", rounds.seconds(0) * 1e3 / count as f64),
                format!("{:.2}", rounds.seconds(1) * 1e3 / count as f64),
                format!("{:.2}", rounds.ratio(0, 1)),
            ];
            println!("{}", row.join(" | "));
            self.tasks.push(row);
        }
    }

    fn write(&self) {
        let tasks = ["what", "rows", "library, ms", "by hand, ms", "ratio"];
        let stages = [
            "the posts",
            "it took, s",
            "table, MiB",
            "indexes, MiB",
            "dead or free",
            "50 active posts of a user, ms",
        ];
        let (tasks, stages) = (
            page::table(&tasks, &self.tasks),
            page::table(&stages, &self.stages),
        );
        let users = users();
        page::write(
            "rows",
            &format!(
                "{} posts of {users} users:\n\n{tasks}\n{stages}",
                100 * users
            ),
        );
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut figures = Figures::default();
    let file = File::new("rows");
    let (layout, run) = (rows::SQLITE, sqlite::run as _);
    figures.measure::<SqliteConnection>(
        &On {
            name: "SQLite",
            layout,
            run,
        },
        file.path(),
    )?;
    #[cfg(feature = "postgres")]
    if let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") {
        let (layout, run) = (rows::POSTGRES, postgres::run as _);
        figures.measure(
            &On {
                name: "PostgreSQL",
                layout,
                run,
            },
            &url,
        )?;
        batch(
            &mut PgConnection::establish(&url)?,
            "DROP SCHEMA soft_delete_benches CASCADE",
        );
    }
    #[cfg(feature = "mysql")]
    for (name, url) in [
        ("MariaDB", "SOFT_DELETE_MARIADB_URL"),
        ("MySQL", "SOFT_DELETE_MYSQL_URL"),
    ] {
        if let Ok(url) = std::env::var(url) {
            let (layout, run) = (rows::MYSQL, mysql::run as _);
            figures.measure(&On { name, layout, run }, &url)?;
            batch(
                &mut MysqlConnection::establish(&url)?,
                "DROP DATABASE soft_delete_benches",
            );
        }
    }
    figures.write();
    Ok(())
}
