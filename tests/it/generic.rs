//! Generic code: one function for a table alone, for a tree and for a composite key.

use std::fmt::Debug;

use crate::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::backend::Conn;
use crate::guarded::with_tables;

diesel::table! {
    notes { id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    folders { id -> Integer, parent_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    members (org_id, name) { org_id -> Integer, name -> Text, deleted -> Bool }
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, SoftDeletable)]
struct Note {
    id: i32,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, SoftDeletable)]
#[soft_delete(cascade(folders::parent_id), parents(parent_id))]
struct Folder {
    id: i32,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, SoftDeletable)]
#[soft_delete(column = deleted)]
struct Member {
    org_id: i32,
    name: String,
}

fn tables() -> Conn {
    with_tables(
        (notes::table, folders::table, members::table),
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
         CREATE TABLE folders (
             id INTEGER PRIMARY KEY, parent_id INTEGER, deleted_at MOMENT NULL,
             FOREIGN KEY (parent_id) REFERENCES folders (id));
         CREATE TABLE members (
             org_id INTEGER NOT NULL, name VARCHAR(20) NOT NULL, deleted BOOLEAN NOT NULL,
             PRIMARY KEY (org_id, name));
         INSERT INTO notes (id) VALUES (1);
         INSERT INTO folders (id, parent_id) VALUES (1, NULL), (2, 1);
         INSERT INTO members (org_id, name, deleted) VALUES (1, 'Tess', FALSE)",
    )
}

#[cfg(not(asynchronous))]
mod on_a_blocking_connection {
    use super::*;
    use soft_delete_runtime::{Error, SoftDeletableOn};

    /// Takes the rows through their lives, by the key of the one that all hang on.
    fn comes_and_goes<M, K, C>(key: K, conn: &mut C) -> Result<usize, Error>
    where
        M: SoftDeletableOn<C, K> + PartialEq + Debug,
        K: Clone,
    {
        let rows = M::active_rows(conn)?;
        let count = M::soft_delete_key(key.clone(), conn)?;
        assert_eq!(M::active_rows(conn)?, []);
        assert_eq!(M::deleted_rows(conn)?, rows);
        assert_eq!(M::restore_key(key.clone(), conn)?, count);
        assert_eq!(M::active_rows(conn)?, rows);
        assert_eq!(M::purge_key(key.clone(), conn)?, 0);
        M::soft_delete_key(key.clone(), conn)?;
        assert_eq!(M::purge_key(key, conn)?, count);
        assert_eq!(M::deleted_rows(conn)?, []);
        Ok(count)
    }

    #[test]
    fn one_function_serves_a_table_alone_a_tree_and_a_composite_key() {
        let conn = &mut tables();
        assert_eq!(comes_and_goes::<Note, _, _>(1, conn).unwrap(), 1);
        assert_eq!(comes_and_goes::<Folder, _, _>(1, conn).unwrap(), 2);
        let key = (1, "Tess".to_owned());
        assert_eq!(comes_and_goes::<Member, _, _>(key, conn).unwrap(), 1);
    }

    #[test]
    fn a_refusal_reaches_generic_code() {
        let conn = &mut tables();
        Folder::soft_delete_key(1, conn).unwrap();
        let refused = Folder::restore_key(2, conn);
        assert!(matches!(refused, Err(Error::ParentDeleted { table }) if table == "folders"));
    }
}

#[cfg(asynchronous)]
mod on_an_asynchronous_connection {
    use super::*;
    use soft_delete_runtime::{AsyncSoftDeletableOn, Error};

    /// Takes the rows through their lives, by the key of the one that all hang on.
    async fn comes_and_goes<M, K, C>(key: K, conn: &mut C) -> Result<usize, Error>
    where
        M: AsyncSoftDeletableOn<C, K> + PartialEq + Debug,
        K: Clone,
    {
        let rows = M::active_rows(conn).await?;
        let count = M::soft_delete_key(key.clone(), conn).await?;
        assert_eq!(M::active_rows(conn).await?, []);
        assert_eq!(M::deleted_rows(conn).await?, rows);
        assert_eq!(M::restore_key(key.clone(), conn).await?, count);
        assert_eq!(M::active_rows(conn).await?, rows);
        assert_eq!(M::purge_key(key.clone(), conn).await?, 0);
        M::soft_delete_key(key.clone(), conn).await?;
        assert_eq!(M::purge_key(key, conn).await?, count);
        assert_eq!(M::deleted_rows(conn).await?, []);
        Ok(count)
    }

    #[test]
    fn one_function_serves_a_table_alone_a_tree_and_a_composite_key() {
        let Conn { mut inner, runtime } = tables();
        let task = runtime.spawn(async move {
            let conn = &mut inner;
            let alone = comes_and_goes::<Note, _, _>(1, conn).await?;
            let tree = comes_and_goes::<Folder, _, _>(1, conn).await?;
            let composite = comes_and_goes::<Member, _, _>((1, "Tess".to_owned()), conn).await?;
            Ok::<_, Error>([alone, tree, composite])
        });
        assert_eq!(runtime.block_on(task).unwrap().unwrap(), [1, 2, 1]);
    }

    #[test]
    fn a_refusal_reaches_generic_code() {
        let Conn { mut inner, runtime } = tables();
        let refused = runtime.block_on(async {
            Folder::soft_delete_key(1, &mut inner).await.unwrap();
            Folder::restore_key(2, &mut inner).await
        });
        assert!(matches!(refused, Err(Error::ParentDeleted { table }) if table == "folders"));
    }
}
