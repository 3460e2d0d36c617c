//! The files of attachments. A file goes when its row has gone for good, never before: the
//! transaction that deletes the row lists the file in `removed_files`, and what is listed can be
//! removed at any time after it.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use diesel::prelude::*;
use diesel::result::Error as DieselError;

use crate::command::Result;
use crate::database::Conn;
use crate::model::Attachment;
use crate::schema::{attachments, removed_files};

/// The folder that they are in, each under the key of its row.
pub(crate) struct Files(pub(crate) PathBuf);

impl Files {
    /// Writes a new file. Until its row is there it is listed as one to remove.
    pub(crate) fn write(&self, conn: &mut Conn, key: &str, content: &[u8]) -> Result<()> {
        list(conn, key)?;
        std::fs::create_dir_all(&self.0)?;
        Ok(std::fs::write(self.0.join(key), content)?)
    }

    pub(crate) fn read(&self, key: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.0.join(key))
    }

    fn remove(&self, key: &str) -> io::Result<()> {
        match std::fs::remove_file(self.0.join(key)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes those files, as far as it can; `remove_left` sees to the others.
    pub(crate) fn try_remove(&self, keys: &[String]) {
        for key in keys {
            let _ = self.remove(key);
        }
    }

    /// Removes the files whose rows are gone, whoever was killed before they got to it.
    pub(crate) fn remove_left(&self, conn: &mut Conn) -> Result<()> {
        let keys: Vec<String> = removed_files::table
            .select(removed_files::uuid)
            .load(conn)?;
        for key in keys {
            conn.transaction(|conn| match unlist(conn, &key)? {
                true => Ok(self.remove(&key)?),
                false => Result::Ok(()), // its row has come, or somebody else removed it
            })?;
        }
        Ok(())
    }
}

fn list(conn: &mut Conn, key: &str) -> QueryResult<usize> {
    diesel::insert_into(removed_files::table)
        .values(removed_files::uuid.eq(key))
        .execute(conn)
}

/// Whether it was listed. Of two that ask, one waits for the other's transaction.
fn unlist(conn: &mut Conn, key: &str) -> QueryResult<bool> {
    Ok(diesel::delete(removed_files::table.find(key)).execute(conn)? == 1)
}

/// Inserts the row of a file that has been written.
pub(crate) fn attach(conn: &mut Conn, attachment: &Attachment) -> QueryResult<()> {
    if !unlist(conn, &attachment.uuid)? {
        return Err(DieselError::NotFound);
    }
    let insert = diesel::insert_into(attachments::table).values(attachment);
    insert.execute(conn).map(|_| ())
}

/// Deletes the attachments of those items, and returns the keys of the files to remove once that is
/// committed.
pub(crate) fn detach(conn: &mut Conn, items: &[String]) -> QueryResult<Vec<String>> {
    let of_items = attachments::table.filter(attachments::item_uuid.eq_any(items));
    let keys: Vec<String> = of_items.select(attachments::uuid).load(conn)?;
    for key in &keys {
        list(conn, key)?;
    }
    diesel::delete(attachments::table.filter(attachments::uuid.eq_any(&keys))).execute(conn)?;
    Ok(keys)
}
