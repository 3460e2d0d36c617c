//! What the library costs on a connection of diesel-async, beside diesel-async by hand.

use std::error::Error;
use std::time::Duration;

use chrono::{NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use soft_delete_benches::queries::Query;
use soft_delete_benches::queries::schema::{Account, accounts, rows, tables};
use soft_delete_benches::schema::{batch, fill_tree, open, settle, users};
use soft_delete_benches::turns::{Turns, time};
use soft_delete_benches::work::{Sizes, Way, Work, bound, by_hand, moment, on_postgres};
use soft_delete_benches::{page, plot, scaled};
use soft_delete_runtime::prelude::*;

const RUNS: i32 = 200;

async fn library(conn: &mut AsyncPgConnection, query: Query, id: i32) -> QueryResult<usize> {
    match query {
        Query::SoftDelete => Account::soft_delete_by_id(id).execute(conn).await,
        Query::Restore => Account::restore_by_id(id).execute(conn).await,
        Query::Purge => Account::purge_by_id(id).execute(conn).await,
        _ => {
            let found = Account::query().find(id).get_result(conn).await;
            found.map(|row| std::hint::black_box([row]).len())
        }
    }
}

async fn hand(conn: &mut AsyncPgConnection, query: Query, id: i32) -> QueryResult<usize> {
    let account = accounts::table.find(id);
    let active = account.filter(accounts::deleted_at.is_null());
    let deleted = account.filter(accounts::deleted_at.is_not_null());
    match query {
        Query::SoftDelete => {
            let now = Utc::now().naive_utc();
            let update = diesel::update(active).set(accounts::deleted_at.eq(now));
            update.execute(conn).await
        }
        Query::Restore => {
            let update = diesel::update(deleted);
            let update = update.set(accounts::deleted_at.eq(None::<NaiveDateTime>));
            update.execute(conn).await
        }
        Query::Purge => diesel::delete(deleted).execute(conn).await,
        _ => {
            let found = active.select(Account::as_select()).get_result(conn).await;
            found.map(|row| std::hint::black_box([row]).len())
        }
    }
}

/// A work on a tree.
async fn tree(conn: &mut AsyncPgConnection, work: Work, way: Way) -> QueryResult<usize> {
    let sean = users::table.find(1);
    let done = match (way, work) {
        (Way::ByHand, _) => {
            let by_hand = async |conn: &mut AsyncPgConnection| {
                let mut rows = 0;
                for sql in by_hand::<PgConnection>(work, false) {
                    rows += bound::<PgConnection>(&sql, 1).execute(conn).await?;
                }
                Ok(rows)
            };
            return conn.transaction(by_hand).await;
        }
        (_, Work::Restore) => restore(sean).execute(conn).await,
        (_, Work::Purge) => purge(sean).execute(conn).await,
        _ => soft_delete(sean).at(moment(1)).execute(conn).await,
    };
    done.map_err(Into::into)
}

struct Bench {
    runtime: tokio::runtime::Runtime,
    conn: AsyncPgConnection,
    /// Puts the rows back.
    other: PgConnection,
    rows: Vec<Vec<String>>,
    bars: Vec<plot::Bar>,
}

impl Bench {
    fn queries(&mut self) {
        for query in [Query::Find, Query::SoftDelete, Query::Restore, Query::Purge] {
            let Self {
                runtime,
                conn,
                other,
                ..
            } = self;
            let mut turns = Turns::new(
                2,
                Box::new(|way| {
                    batch(other, &rows::<PgConnection>(query));
                    batch(other, "VACUUM ANALYZE accounts");
                    time(|| {
                        let done: QueryResult<usize> = runtime.block_on(async {
                            let mut done = 0;
                            for id in 1..=RUNS {
                                done += match Way::ALL[way] {
                                    Way::Library => library(conn, query, id).await?,
                                    Way::ByHand => hand(conn, query, id).await?,
                                };
                            }
                            Ok(done)
                        });
                        assert_eq!(done, Ok(RUNS as usize), "{query:?}");
                    })
                }),
            );
            for _ in 0..scaled(40).max(5) {
                turns.run();
            }
            let line = line(query.name(), &turns, RUNS.into());
            drop(turns); // it borrows the connections
            self.add(line, target(query));
        }
    }

    fn trees(&mut self, sizes: Sizes) {
        for work in Work::TREE {
            let Self {
                runtime,
                conn,
                other,
                ..
            } = self;
            let mut turns = Turns::new(
                2,
                Box::new(|way| -> Duration {
                    fill_tree(other, 1, sizes.posts, sizes.comments);
                    if work != Work::Cascade {
                        on_postgres(other, Work::Cascade, Way::ByHand, sizes);
                    }
                    settle(other);
                    time(|| {
                        let done = runtime.block_on(tree(conn, work, Way::ALL[way]));
                        assert!(done.is_ok(), "{done:?}");
                    })
                }),
            );
            for _ in 0..10 {
                turns.run();
            }
            let name = format!("{} of {} rows", work.name(), sizes.rows(work));
            let line = line(&name, &turns, 1.0);
            drop(turns); // it borrows the connections
            self.add(line, Some(work.target()));
        }
    }

    fn add(&mut self, (mut row, ratio): (Vec<String>, f64), target: Option<f64>) {
        let name = row[0].clone();
        row.push(target.map_or(String::new(), |target| target.to_string()));
        self.rows.push(row);
        self.bars.push((name, ratio, target));
    }
}

fn target(query: Query) -> Option<f64> {
    matches!(query, Query::SoftDelete | Query::Restore).then_some(0.85)
}

fn line(name: &str, turns: &Turns<'_>, runs: f64) -> (Vec<String>, f64) {
    let micros = |way| format!("{:.1}", turns.seconds(way) * 1e6 / runs);
    let ratio = turns.ratio(0, 1);
    let row = vec![name.to_owned(), micros(0), micros(1), format!("{ratio:.2}")];
    (row, ratio)
}

fn main() -> Result<(), Box<dyn Error>> {
    let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") else {
        return Ok(());
    };
    let mut other: PgConnection = open(&url)?;
    batch(&mut other, &tables::<PgConnection>(Query::Find));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let conn = runtime.block_on(async {
        let mut conn = AsyncPgConnection::establish(&url).await?;
        let settings = "SET search_path = soft_delete_benches; SET synchronous_commit = off";
        conn.batch_execute(settings).await?;
        Ok::<_, Box<dyn Error>>(conn)
    })?;
    let mut bench = Bench {
        runtime,
        conn,
        other,
        rows: Vec::new(),
        bars: Vec::new(),
    };
    bench.queries();
    bench.trees(Sizes::one(scaled(1_000), 20));
    batch(&mut bench.other, "DROP SCHEMA soft_delete_benches CASCADE");
    let head = [
        "diesel-async on PostgreSQL, µs",
        "library",
        "diesel-async by hand",
        "ratio",
        "at most",
    ];
    page::write("async", &page::table(&head, &bench.rows));
    plot::ratios(
        "async",
        "Time, relative to diesel-async by hand",
        &bench.bars,
    );
    Ok(())
}
