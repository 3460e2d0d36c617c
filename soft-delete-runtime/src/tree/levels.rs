//! Rows of a table that refers to itself, by how far down they are: children go before parents.

use std::collections::{HashMap, HashSet};

use crate::engine::Engine;
use crate::key::{Keys, Rows, Value};
use crate::relation::Node;

/// Keys of rows that go in one statement, of a table that refers to itself.
pub(super) struct Levels {
    pub(super) keys: Keys,
    /// Whether some refer to others, and the statement says the order.
    pub(super) several: bool,
}

/// How many rows a statement removes in their order at most. MySQL compares the key of each row with
/// the keys of all, one after the other.
const ORDERED: usize = 256;

/// How many levels without a cycle are removed one by one, without asking for the order.
pub(super) const FEW: usize = 4;

/// Counts the triggers of a table of SQLite, and its foreign keys to itself that do more than
/// forbid. Without any, rows can go in one statement in any order: SQLite looks at what a key
/// forbids when the statement ends.
pub(super) fn order_query(node: &Node) -> Option<String> {
    // in an attached database, its triggers are elsewhere
    let [name] = &node.parts()[..] else {
        return None;
    };
    let name = format!("'{}'", name.replace('\'', "''"));
    Some(format!(
        "SELECT (SELECT COUNT(*) FROM pragma_foreign_key_list({name}) \
         WHERE \"table\" = {name} COLLATE NOCASE AND on_delete <> 'NO ACTION') \
         + (SELECT COUNT(*) FROM (SELECT type, tbl_name FROM sqlite_master \
         UNION ALL SELECT type, tbl_name FROM sqlite_temp_master) AS t \
         WHERE type = 'trigger' AND tbl_name = {name} COLLATE NOCASE)"
    ))
}

/// Joins small levels where a statement can remove its rows in an order, and all levels where the
/// order does not matter. The deepest are first.
pub(super) fn joined(
    levels: Vec<Rows>,
    engine: Engine,
    key: usize,
    in_any_order: bool,
) -> Vec<Levels> {
    let most = match engine {
        // keys of several columns are grouped, and lose their order
        _ if key > 1 => 0,
        Engine::Mysql => ORDERED,
        _ if in_any_order => usize::MAX,
        _ => 0,
    };
    let mut all: Vec<(Rows, bool)> = Vec::new();
    for level in levels {
        match all.last_mut() {
            Some((rows, several)) if rows.len() + level.len() <= most => {
                rows.append(level);
                *several = engine == Engine::Mysql;
            }
            _ => all.push((level, false)),
        }
    }
    let levels = all.iter().map(|(rows, several)| Levels {
        keys: Keys::of(rows),
        several: *several,
    });
    levels.collect()
}

/// Keys of rows that refer to each other, by how far down they are: from rows of a key, a flag and
/// the key of the parent. And whether some refer to each other in a cycle, other than a row to itself.
pub(super) fn deepest_first(found: &Rows, key: usize) -> (Vec<Rows>, bool) {
    let places: HashMap<&[Value], usize> = found
        .iter()
        .enumerate()
        .map(|(place, row)| (&row[..key], place))
        .collect();
    let rows: Vec<_> = found.iter().collect();
    let mut depths: Vec<Option<usize>> = vec![None; rows.len()];
    let mut has_cycle = false;
    for place in 0..rows.len() {
        let mut path = Vec::new();
        let mut here = Some(place);
        // a row of a cycle is taken for the top of it
        let mut on_path = HashSet::new();
        while let Some(place) =
            here.filter(|place| depths[*place].is_none() && on_path.insert(*place))
        {
            path.push(place);
            here = places.get(&rows[place][key + 1..]).copied();
        }
        let closes_cycle = |above: usize| depths[above].is_none() && path.last() != Some(&above);
        has_cycle |= here.is_some_and(closes_cycle);
        let first = here
            .and_then(|above| depths[above])
            .map_or(0, |above| above + 1);
        for (depth, place) in (first..).zip(path.into_iter().rev()) {
            depths[place] = Some(depth);
        }
    }
    let mut levels: Vec<Rows> = Vec::new();
    for (row, depth) in rows.iter().zip(depths) {
        let depth = depth.unwrap_or_default();
        while levels.len() <= depth {
            levels.push(Rows::new(key));
        }
        levels[depth].push_row(&row[..key]);
    }
    levels.reverse();
    (levels, has_cycle)
}
