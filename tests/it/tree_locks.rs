//! What one connection has under way, another one waits for: here it gives up soon.

use crate::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::tree_forum::*;

fn waits(result: &Result<usize, Error>) {
    assert!(matches!(result, Err(Error::Database(_))), "{result:?}");
}

#[test]
fn a_parent_that_is_held_is_not_deleted_meanwhile() {
    let (mut first, mut second) = two_at_the_forum();
    first
        .transaction(|first| {
            assert_eq!(hold_active(posts::table.find(3)).execute(first)?, 1);
            waits(&soft_delete(posts::table.find(3)).execute(&mut second));
            waits(&soft_delete(users::table.find(2)).execute(&mut second));
            Ok::<_, Error>(())
        })
        .unwrap();
    assert!(
        soft_delete(users::table.find(2))
            .execute(&mut second)
            .is_ok()
    );
}

#[test]
fn a_parent_that_is_being_deleted_cannot_be_held() {
    let (mut first, mut second) = two_at_the_forum();
    first
        .transaction(|first| {
            soft_delete(users::table.find(2)).execute(first)?;
            waits(&hold_active(posts::table.find(3)).execute(&mut second));
            waits(&hold_active(users::table.find(2)).execute(&mut second));
            Ok::<_, Error>(())
        })
        .unwrap();
    let gone = hold_active(users::table.find(2)).execute(&mut second);
    assert!(matches!(gone, Err(Error::NotActive { table }) if table == "users"));
}

#[test]
fn a_parent_of_what_is_being_restored_is_not_deleted_meanwhile() {
    let (mut first, mut second) = two_at_the_forum();
    soft_delete(posts::table.find(3))
        .execute(&mut first)
        .unwrap();
    first
        .transaction(|first| {
            restore(posts::table.find(3)).execute(first)?;
            waits(&soft_delete(users::table.find(2)).execute(&mut second));
            Ok::<_, Error>(())
        })
        .unwrap();
    assert!(
        soft_delete(users::table.find(2))
            .execute(&mut second)
            .is_ok()
    );
    assert_eq!(
        posts::table
            .active()
            .find(3)
            .count()
            .get_result(&mut second),
        Ok(0_i64)
    );
}

#[test]
fn an_operation_that_gave_up_waiting_is_tried_again_on_the_same_connection() {
    let (mut first, mut second) = two_at_the_forum();
    soft_delete(posts::table.find(3))
        .execute(&mut first)
        .unwrap();
    first
        .transaction(|first| {
            soft_delete(users::table.find(2)).execute(first)?;
            for _ in 0..2 {
                waits(&soft_delete(users::table.find(2)).execute(&mut second));
                waits(&restore(posts::table.find(3)).execute(&mut second));
                waits(&hold_active(users::table.find(2)).execute(&mut second));
            }
            restore(users::table.find(2)).execute(first)?;
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(
        hold_active(users::table.find(2))
            .execute(&mut second)
            .unwrap(),
        1
    );
    assert_eq!(
        restore(posts::table.find(3)).execute(&mut second).unwrap(),
        5
    );
    assert!(
        soft_delete(users::table.find(2))
            .execute(&mut second)
            .is_ok()
    );
}
