//! How the program shows a step. None of it is needed to use the library.

use super::*;

/// A heading.
macro_rules! say {
    ($out:expr, $heading:literal) => {
        writeln!($out, "\n\n{}\n{}", $heading, "=".repeat($heading.len()))?
    };
}

/// Shows a query, its SQL and the rows of type `$row` that it finds.
macro_rules! read {
    ($out:expr, $conn:expr, $words:literal, $row:ty: $query:expr) => {{
        let query = $query;
        let sql = debug_query::<Sqlite, _>(&query).to_string();
        show::call($out, $words, stringify!($query), &sql)?;
        let rows = query.load::<$row>($conn)?;
        show::rows($out, &rows)?;
    }};
}

/// Shows a statement, its SQL, and the users and posts before and after it.
macro_rules! change {
    ($out:expr, $conn:expr, $words:literal, $statement:expr $(,)?) => {{
        let statement = $statement;
        let sql = debug_query::<Sqlite, _>(&statement).to_string();
        show::call($out, $words, stringify!($statement), &sql)?;
        let before = show::database($conn)?;
        let changed = statement.execute($conn)?;
        let after = show::database($conn)?;
        show::difference($out, changed, &before, &after)?;
    }};
}

pub(crate) fn call(out: &mut impl Write, words: &str, call: &str, sql: &str) -> io::Result<()> {
    let call = call.split_whitespace().collect::<Vec<_>>().join(" ");
    let (sql, binds) = sql.split_once(" -- binds: ").unwrap_or((sql, "[]"));
    writeln!(out, "\n# {words}\n")?;
    writeln!(out, "  {}", call.replace(" .", "."))?;
    writeln!(out, "  {sql}")?;
    if binds != "[]" {
        writeln!(out, "  -- {binds}")?;
    }
    writeln!(out)
}

pub(crate) fn rows(out: &mut impl Write, rows: &[impl std::fmt::Debug]) -> io::Result<()> {
    for row in rows {
        writeln!(out, "  {row:?}")?;
    }
    Ok(())
}

/// Every row, with the key by which it is found again.
pub(crate) fn database(conn: &mut SqliteConnection) -> QueryResult<Vec<(String, String)>> {
    let users = users::table
        .with_deleted()
        .order(users::id)
        .load::<(i32, String, Option<NaiveDateTime>)>(conn)?;
    let posts = posts::table
        .with_deleted()
        .select((posts::id, posts::title, posts::deleted_at))
        .order(posts::id)
        .load::<(i32, String, Option<NaiveDateTime>)>(conn)?;
    let state = |deleted_at: Option<NaiveDateTime>| match deleted_at {
        Some(moment) => moment.format("deleted %Y-%m-%d %H:%M:%S").to_string(),
        None => "active".to_string(),
    };
    let row = |table: &'static str| {
        move |(id, text, deleted_at): (i32, String, _)| {
            (format!("{table} {id} {text}"), state(deleted_at))
        }
    };
    let users = users.into_iter().map(row("user"));
    Ok(users.chain(posts.into_iter().map(row("post"))).collect())
}

pub(crate) fn difference(
    out: &mut impl Write,
    changed: usize,
    before: &[(String, String)],
    after: &[(String, String)],
) -> io::Result<()> {
    writeln!(out, "  {:14} {:28} after", "", "before")?;
    for (row, old) in before {
        let new = after.iter().find(|(other, _)| other == row);
        let new = new.map_or("(gone)", |(_, new)| new);
        let mark = if old == new { "" } else { " <--" };
        writeln!(out, "  {row:14} {old:28} {new}{mark}")?;
    }
    writeln!(out, "  rows changed: {changed}")
}
