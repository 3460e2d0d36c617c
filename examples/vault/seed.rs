//! Something to play with. The keys are fixed, so that a tour can be written down.

use std::io::Write;

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::command::{Answer, Result};
use crate::database::Conn;
use crate::files::{self, Files};
use crate::model::{Attachment, Folder, Item, User};
use crate::schema::{folders, items, users};

const ADA: &str = "0a000000-0000-4000-8000-000000000001";
const BEN: &str = "0b000000-0000-4000-8000-000000000002";
const WORK: &str = "f0000000-0000-4000-8000-000000000001";
const SERVERS: &str = "f1000000-0000-4000-8000-000000000002";
const ROUTER: &str = "c0000000-0000-4000-8000-000000000001";
const BANK: &str = "c1000000-0000-4000-8000-000000000002";
const FORUM: &str = "c2000000-0000-4000-8000-000000000003";
const WIKI: &str = "c4000000-0000-4000-8000-000000000005";
const MAIL: &str = "c3000000-0000-4000-8000-000000000004";
const CODES: &str = "a0000000-0000-4000-8000-000000000001";
const CONFIG: &str = "a1000000-0000-4000-8000-000000000002";

pub(crate) fn fill(conn: &mut Conn, files: &Files, out: &mut impl Write) -> Result<Answer> {
    if users::table
        .with_deleted()
        .count()
        .get_result::<i64>(conn)?
        > 0
    {
        return Err("the database has users already: seed takes an empty one".into());
    }
    conn.transaction(seed)?;
    for (uuid, name, content) in [
        (CODES, "codes.txt", "1234 5678\n"),
        (CONFIG, "router.conf", "forwarding = off\n"),
    ] {
        files.write(conn, uuid, content.as_bytes())?;
        files::attach(
            conn,
            &Attachment {
                uuid: uuid.to_string(),
                item_uuid: ROUTER.to_string(),
                name: name.to_string(),
            },
        )?;
    }
    writeln!(
        out,
        "2 users, 2 folders, 5 items (2 of them in the trash) and 2 attachments"
    )?;
    Ok(Answer::Ok)
}

fn seed(conn: &mut Conn) -> std::result::Result<(), Error> {
    for (uuid, email) in [(ADA, "ada@example.org"), (BEN, "ben@example.org")] {
        diesel::insert_into(users::table)
            .values(User {
                uuid: uuid.to_string(),
                email: email.to_string(),
                deleted_at: None,
            })
            .execute(conn)?;
    }
    for (uuid, parent, name) in [(WORK, None, "Work"), (SERVERS, Some(WORK), "Servers")] {
        diesel::insert_into(folders::table)
            .values(Folder {
                uuid: uuid.to_string(),
                user_uuid: ADA.to_string(),
                parent_uuid: parent.map(str::to_string),
                name: name.to_string(),
                deleted_at: None,
            })
            .execute(conn)?;
    }
    for (uuid, user, folder, name) in [
        (ROUTER, ADA, Some(SERVERS), "Router"),
        (WIKI, ADA, Some(WORK), "Wiki"),
        (BANK, ADA, None, "Bank"),
        (FORUM, ADA, None, "Old forum"),
        (MAIL, BEN, None, "Mail"),
    ] {
        diesel::insert_into(items::table)
            .values(Item {
                uuid: uuid.to_string(),
                user_uuid: user.to_string(),
                folder_uuid: folder.map(str::to_string),
                name: name.to_string(),
                login: "me".to_string(),
                secret: "correct horse battery staple".to_string(),
                updated_at: Utc::now().naive_utc(),
                deleted_at: None,
            })
            .execute(conn)?;
    }
    // in the trash for 40 days already
    let then = Utc::now() - TimeDelta::days(40);
    soft_delete(items::table.with_deleted().find(FORUM))
        .at(then)
        .execute(conn)?;
    Item::soft_delete_by_id(MAIL).execute(conn)?;
    Ok(())
}
