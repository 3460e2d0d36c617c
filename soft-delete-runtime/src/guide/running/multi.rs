use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    posts { id -> Integer, user_id -> Integer, deleted_at -> Nullable<Timestamp> }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(cascade(posts::user_id), guarded)]
struct User {
    id: i32,
    name: String,
}

soft_delete_table! { posts(deleted_at, parents(user_id), guarded) }

const TABLES: &str = "
    CREATE TEMPORARY TABLE users
        (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at MOMENT);
    CREATE TEMPORARY TABLE posts (
        id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, deleted_at MOMENT);
    INSERT INTO users (id, name) VALUES (1, 'Ada'), (2, 'Ben');
    INSERT INTO posts (id, user_id) VALUES (1, 1), (2, 1), (3, 2);";

#[derive(diesel::MultiConnection)]
enum AnyConnection {
    Postgres(PgConnection),
    Mysql(MysqlConnection),
    Sqlite(SqliteConnection), // last: it takes any URL for the name of a file
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("DATABASE_URL").unwrap_or(":memory:".into());
    let conn = &mut AnyConnection::establish(&url)?;
    let moment = match conn {
        AnyConnection::Mysql(_) => "DATETIME(6)",
        AnyConnection::Postgres(_) | AnyConnection::Sqlite(_) => "TIMESTAMP",
    };
    conn.batch_execute(&TABLES.replace("MOMENT", moment))?;

    let ada: User = User::query().find(1).get_result(conn)?;
    let gone = ada.soft_delete().report(conn)?;
    println!("{} and {} posts are gone", ada.name, gone.rows_of("posts"));
    assert_eq!((gone.rows(), User::query().load(conn)?.len()), (3, 1));

    restore(posts::table.with_deleted().find(1))
        .with_ancestors()
        .execute(conn)?;
    assert_eq!(posts::table.active().count().get_result(conn), Ok(2));

    soft_delete(&ada).execute(conn)?;
    let expired = purge_expired(users::table).deleted_before(chrono::Utc::now());
    let done = expired.execute(conn)?;
    println!("{} rows are removed for good", done.rows());
    assert_eq!(done.rows(), 3);
    Ok(())
}
