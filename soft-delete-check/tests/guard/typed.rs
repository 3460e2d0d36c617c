//! The scopes and joins of the library on guarded connections: none of them is a leak.

use crate::schema::*;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;
#[test]
fn with_deleted_is_meant() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let conn = &mut conn;
    User::with_deleted().find(1).get_result::<User>(conn)?;
    users::table
        .with_deleted()
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .with_deleted()
        .into_boxed()
        .filter(users::id.gt(1))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .filter(users::id.gt(1))
        .with_deleted()
        .count()
        .get_result::<i64>(conn)?;
    owners::table
        .with_deleted()
        .count()
        .get_result::<i64>(conn)?;
    diesel::update(users::table.with_deleted().find(1))
        .set(users::name.eq("Eve"))
        .execute(conn)?;
    let u = diesel::alias!(users as u);
    u.with_deleted()
        .select(u.field(users::id))
        .load::<i32>(conn)?;
    u.active().select(u.field(users::id)).load::<i32>(conn)?;
    users::table
        .left_join(posts::table)
        .filter(is_active(users::table))
        .filter(is_active_or_absent(posts::table))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .left_join(owners::table)
        .filter(is_active(users::table))
        .filter(is_active_or_absent(owners::table))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .inner_join_active(posts::table.on(posts::user_id.eq(users::id)))
        .filter(is_active(users::table))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .deleted_roots()
        .select(users::id)
        .load::<i32>(conn)?;
    guard.assert_only(&[]);
    Ok(())
}
