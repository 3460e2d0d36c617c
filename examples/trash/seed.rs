//! Something to play with. The keys are fixed, so that a tour can be written down.

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::model::{Cipher, Folder, NewCipher, User};
use crate::schema::{ciphers, folders, users};

const ADA: &str = "0a0a0a0a-0000-4000-8000-000000000001";
const BEN: &str = "0b0b0b0b-0000-4000-8000-000000000002";
const WORK: &str = "f0f0f0f0-0000-4000-8000-000000000001";

pub(crate) fn seed(conn: &mut SqliteConnection) -> QueryResult<()> {
    conn.transaction(|conn| {
        let user = |uuid: &str, email: &str| User {
            uuid: uuid.to_string(),
            email: email.to_string(),
            deleted_at: None,
        };
        diesel::insert_into(users::table)
            .values(vec![
                user(ADA, "ada@example.org"),
                user(BEN, "ben@example.org"),
            ])
            .execute(conn)?;
        diesel::insert_into(folders::table)
            .values(Folder {
                uuid: WORK.to_string(),
                user_uuid: ADA.to_string(),
                name: "Work".to_string(),
            })
            .execute(conn)?;
        let cipher = |uuid, user_uuid, folder_uuid, name| NewCipher {
            uuid,
            user_uuid,
            folder_uuid,
            name,
            login: "me",
            secret: "correct horse battery staple",
        };
        let old = "c0c0c0c0-0000-4000-8000-000000000003";
        diesel::insert_into(ciphers::table)
            .values(vec![
                cipher(
                    "c0c0c0c0-0000-4000-8000-000000000001",
                    ADA,
                    Some(WORK),
                    "Mail",
                ),
                cipher("c0c0c0c0-0000-4000-8000-000000000002", ADA, None, "Bank"),
                cipher(old, ADA, None, "Old forum"),
                cipher("c0c0c0c0-0000-4000-8000-000000000004", BEN, None, "Mail"),
            ])
            .execute(conn)?;
        // in the trash for 40 days already
        let then = Utc::now() - TimeDelta::days(40);
        soft_delete_at(ciphers::table.find(old), then).execute(conn)?;
        Cipher::soft_delete_by_id("c0c0c0c0-0000-4000-8000-000000000004").execute(conn)?;
        Ok(())
    })
}
