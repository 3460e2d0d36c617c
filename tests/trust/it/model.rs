//! Rules 7 to 11 once more, as a model in memory: what the operations on a tree do to rows that
//! are only numbers. The random sequences compare it with the database.

use std::collections::{BTreeMap, BTreeSet};

/// Tables and the relations between them, as the attributes state them.
#[derive(Debug)]
pub struct Schema {
    pub tables: &'static [Table],
    pub relations: &'static [Relation],
}

#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub marker: Marker,
    /// Whether it has a column for the operation's id.
    pub operation: bool,
}

/// What the marker keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    Micros,
    Millis,
    Seconds,
    Nothing,
}

impl Marker {
    /// As much of a moment as the marker keeps.
    pub fn kept(self, micros: i64) -> i64 {
        match self {
            Self::Micros => micros,
            Self::Millis => micros.div_euclid(1_000) * 1_000,
            Self::Seconds => micros.div_euclid(1_000_000) * 1_000_000,
            Self::Nothing => 0,
        }
    }
}

/// A foreign key, in the order in which the child's table knows its parents.
#[derive(Debug)]
pub struct Relation {
    pub child: usize,
    pub parent: usize,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Cascade,
    Restrict,
}

/// A row by its table and its number.
pub type Key = (usize, i32);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// One for each relation of the schema that the table is the child of.
    pub parents: Vec<Option<i32>>,
    pub deleted: Option<Stamp>,
}

/// What a deletion writes; an id only where the table has a column for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub micros: i64,
    pub operation: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Any of these tables and counts may be named.
    Restricted(Vec<(&'static str, i64)>),
    /// Any of these tables.
    ParentDeleted(BTreeSet<&'static str>),
}

pub type Rows = BTreeMap<Key, Row>;
pub type Counts = BTreeMap<&'static str, usize>;

pub struct Model {
    pub schema: &'static Schema,
    pub rows: Rows,
}

impl Model {
    fn relations_of(&self, child: usize) -> impl Iterator<Item = &'static Relation> {
        self.schema
            .relations
            .iter()
            .filter(move |r| r.child == child)
    }

    /// The parents of a row, by the relations of that kind; first those in other tables.
    fn parents(&self, key: Key, kind: Kind) -> Vec<Key> {
        let Some(row) = self.rows.get(&key) else {
            return Vec::new();
        };
        let relations = self.relations_of(key.0).zip(&row.parents);
        let mut parents: Vec<Key> = relations
            .filter(|(relation, _)| relation.kind == kind)
            .filter_map(|(relation, id)| Some((relation.parent, (*id)?)))
            .collect();
        parents.sort_by_key(|parent| parent.0 == key.0);
        parents
    }

    fn children(&self, key: Key, kind: Kind) -> Vec<Key> {
        let all = self.rows.keys().copied();
        all.filter(|child| self.parents(*child, kind).contains(&key))
            .collect()
    }

    pub fn is_deleted(&self, key: Key) -> bool {
        self.rows.get(&key).is_some_and(|row| row.deleted.is_some())
    }

    fn stamp(&self, key: Key) -> Option<&Stamp> {
        self.rows.get(&key)?.deleted.as_ref()
    }

    /// Rows and what is below them by cascades that `follow` takes.
    fn closure(&self, start: BTreeSet<Key>, follow: impl Fn(Key, Key) -> bool) -> BTreeSet<Key> {
        let mut found = start.clone();
        let mut new: Vec<Key> = start.into_iter().collect();
        while let Some(parent) = new.pop() {
            for child in self.children(parent, Kind::Cascade) {
                if follow(parent, child) && found.insert(child) {
                    new.push(child);
                }
            }
        }
        found
    }

    /// The rows, and what the same operations took along with each: from the top down, those that have
    /// the stamp of a parent, by the id where both have one, else by the moment. No row whose id is
    /// another than that of the operation, which a row without an id hands on from above.
    fn went_along(&self, start: &BTreeSet<Key>) -> BTreeSet<Key> {
        let own_id = |key: Key| self.stamp(key).and_then(|stamp| stamp.operation.clone());
        let mut found: BTreeSet<_> = start.iter().map(|key| (*key, own_id(*key))).collect();
        let mut new: Vec<_> = found.iter().cloned().collect();
        while let Some((parent, id)) = new.pop() {
            for child in self.children(parent, Kind::Cascade) {
                let own = own_id(child);
                let differs = id.is_some() && own.is_some() && own != id;
                let differs = differs && !self.needs_id(child.0);
                let id = own.or_else(|| id.clone());
                if !differs && self.same_stamp(parent, child) && found.insert((child, id.clone())) {
                    new.push((child, id));
                }
            }
        }
        found.into_iter().map(|(key, _)| key).collect()
    }

    /// Whether what is below rows of the table may be told by the id alone. Such a row keeps its id where
    /// it takes the stamp of a parent without one.
    fn needs_id(&self, table: usize) -> bool {
        let has_id = |table: usize| self.schema.tables[table].operation;
        let cascades = self.schema.relations.iter();
        let mut cascades = cascades.filter(|r| r.kind == Kind::Cascade && r.parent == table);
        has_id(table)
            && cascades.any(|r| has_id(r.child) && !self.moments_match((table, 0), (r.child, 0)))
    }

    /// Whether both rows are deleted and have the same stamp.
    pub fn same_stamp(&self, a: Key, b: Key) -> bool {
        let (Some(of_a), Some(of_b)) = (self.stamp(a), self.stamp(b)) else {
            return false;
        };
        match (&of_a.operation, &of_b.operation) {
            (Some(a), Some(b)) => a == b,
            _ => self.moments_match(a, b) && of_a.micros == of_b.micros,
        }
    }

    /// Whether the tables of both rows keep moments that can be compared.
    fn moments_match(&self, a: Key, b: Key) -> bool {
        let marker = |key: Key| self.schema.tables[key.0].marker;
        marker(a) == marker(b) && marker(a) != Marker::Nothing
    }

    fn counts<'a>(&self, keys: impl IntoIterator<Item = &'a Key>) -> Counts {
        let mut counts = Counts::new();
        for (table, _) in keys {
            *counts.entry(self.schema.tables[*table].name).or_default() += 1;
        }
        counts
    }

    /// The rows, by relation, that refer to taken ones, forbid that and are not taken themselves.
    fn holding(
        &self,
        taken: &BTreeSet<Key>,
        kind: Kind,
        forbids: impl Fn(Key) -> bool,
    ) -> Vec<(&'static str, i64)> {
        let of_kind = self.schema.relations.iter().filter(|r| r.kind == kind);
        let counts = of_kind.map(|relation| {
            let mut same_child = self.relations_of(relation.child);
            let place = same_child.position(|r| std::ptr::eq(r, relation)).unwrap();
            let rows = self.rows.iter().filter(|(key, row)| {
                key.0 == relation.child
                    && row.parents[place].is_some_and(|id| taken.contains(&(relation.parent, id)))
                    && forbids(**key)
                    && !taken.contains(key)
            });
            let count = i64::try_from(rows.count()).unwrap();
            (self.schema.tables[relation.child].name, count)
        });
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// The active rows, by table, that are below taken ones. One that is below another of its table is
    /// not counted: it goes along with that. In a circle all are.
    fn active_below(&self, taken: &BTreeSet<Key>) -> Vec<(&'static str, i64)> {
        let below = |key: &Key| {
            let parents = self.parents(*key, Kind::Cascade);
            !taken.contains(key) && parents.iter().any(|parent| taken.contains(parent))
        };
        let below: BTreeSet<Key> = self.rows.keys().copied().filter(below).collect();
        let mut active = self.closure(below.clone(), |parent, child| parent.0 == child.0);
        active.retain(|key| !self.is_deleted(*key));
        let goes_along = |key: &Key| {
            let parents = self.parents(*key, Kind::Cascade);
            parents
                .iter()
                .any(|parent| parent.0 == key.0 && active.contains(parent))
        };
        let first = self.counts(below.iter().filter(|key| !goes_along(key)));
        let all = self.counts(&active).into_iter();
        all.map(|(table, all)| {
            let count = first.get(table).copied().unwrap_or(all);
            (table, i64::try_from(count).unwrap())
        })
        .collect()
    }

    /// Active rows, and those that go along with them.
    pub fn taken_by_deletion(&self, targets: BTreeSet<Key>) -> BTreeSet<Key> {
        self.closure(targets, |_, child| !self.is_deleted(child))
    }

    pub fn soft_delete(&mut self, targets: &[Key], stamp: &Stamp) -> Result<Counts, Refusal> {
        let active = |key: &Key| self.rows.contains_key(key) && !self.is_deleted(*key);
        let targets = targets.iter().copied().filter(active).collect();
        let taken = self.taken_by_deletion(targets);
        let holding = self.holding(&taken, Kind::Restrict, |child| !self.is_deleted(child));
        if !holding.is_empty() {
            return Err(Refusal::Restricted(holding));
        }
        for key in &taken {
            self.mark(*key, stamp);
        }
        Ok(self.counts(&taken))
    }

    /// Writes the stamp as the table keeps it.
    fn mark(&mut self, key: Key, stamp: &Stamp) {
        let micros = self.schema.tables[key.0].marker.kept(stamp.micros);
        let operation = stamp.operation.clone();
        let operation = operation.filter(|_| self.schema.tables[key.0].operation);
        if let Some(row) = self.rows.get_mut(&key) {
            row.deleted = Some(Stamp { micros, operation });
        }
    }

    pub fn restore(&mut self, targets: &[Key], with_ancestors: bool) -> Result<Counts, Refusal> {
        let targets: BTreeSet<Key> = targets
            .iter()
            .copied()
            .filter(|key| self.is_deleted(*key))
            .collect();
        let mut ancestors = BTreeSet::new();
        if with_ancestors {
            let mut new: Vec<Key> = targets.iter().copied().collect();
            while let Some(child) = new.pop() {
                let restricts = self.parents(child, Kind::Restrict);
                for parent in self
                    .parents(child, Kind::Cascade)
                    .into_iter()
                    .chain(restricts)
                {
                    let more = self.is_deleted(parent) && !targets.contains(&parent);
                    if more && ancestors.insert(parent) {
                        new.push(parent);
                    }
                }
            }
        }
        let taken = self.went_along(&targets);

        // what comes back: without what stands under a parent that stays deleted
        let mut back: BTreeSet<Key> = taken.union(&ancestors).copied().collect();
        loop {
            let held: Vec<Key> = back
                .iter()
                .copied()
                .filter(|key| !targets.contains(key) && !ancestors.contains(key))
                .filter(|key| !self.blockers(*key, &back).is_empty())
                .collect();
            if held.is_empty() {
                break;
            }
            for key in held {
                back.remove(&key);
            }
        }
        let restricting = back.iter().flat_map(|key| {
            let parents = self.parents(*key, Kind::Restrict).into_iter();
            parents.filter(|parent| self.is_deleted(*parent) && !back.contains(parent))
        });
        let refused: BTreeSet<&'static str> = targets
            .iter()
            .flat_map(|key| self.blockers(*key, &back))
            .chain(restricting)
            .map(|parent| self.schema.tables[parent.0].name)
            .collect();
        if !refused.is_empty() {
            return Err(Refusal::ParentDeleted(refused));
        }

        let mut handed: BTreeSet<Key> = taken.difference(&back).copied().collect();
        for key in &back {
            if let Some(row) = self.rows.get_mut(key) {
                row.deleted = None;
            }
        }
        // each takes the stamp of a parent that has its own already
        while !handed.is_empty() {
            let next = handed.iter().copied().find_map(|key| {
                let parents = self.parents(key, Kind::Cascade);
                let other = |parent: &&Key| parent.0 != key.0;
                if parents
                    .iter()
                    .filter(other)
                    .any(|parent| handed.contains(parent))
                {
                    return None;
                }
                let parent = parents.iter().find(|parent| self.is_deleted(**parent))?;
                (!handed.contains(parent)).then_some((key, *parent))
            });
            let Some((key, parent)) = next else {
                panic!("nothing to take the stamp of: {handed:?}")
            };
            handed.remove(&key);
            let Some(of_parent) = self.stamp(parent).cloned() else {
                continue;
            };
            let same = self.moments_match(parent, key);
            // the moment of another kind of marker cannot be taken
            let own = self.stamp(key).map_or(0, |stamp| stamp.micros);
            let micros = if same { of_parent.micros } else { own };
            let own_id = self.stamp(key).and_then(|stamp| stamp.operation.clone());
            let own_id = own_id.filter(|_| self.needs_id(key.0));
            let operation = of_parent.operation.or(own_id);
            self.mark(key, &Stamp { micros, operation });
        }
        Ok(self.counts(&back))
    }

    /// The cascade parents of the row that stay deleted.
    fn blockers(&self, key: Key, back: &BTreeSet<Key>) -> Vec<Key> {
        let parents = self.parents(key, Kind::Cascade).into_iter();
        let stays = |parent: &Key| self.is_deleted(*parent) && !back.contains(parent);
        parents.filter(stays).collect()
    }

    pub fn purge(&mut self, targets: &[Key], including_active: bool) -> Result<Counts, Refusal> {
        let goes =
            |key: Key| self.rows.contains_key(&key) && (including_active || self.is_deleted(key));
        let targets = targets.iter().copied().filter(|key| goes(*key)).collect();
        let taken = self.closure(targets, |_, child| goes(child));
        let mut holding = self.holding(&taken, Kind::Restrict, |_| true);
        holding.extend(self.active_below(&taken));
        if !holding.is_empty() {
            return Err(Refusal::Restricted(holding));
        }
        let counts = self.counts(&taken);
        for key in &taken {
            self.rows.remove(key);
        }
        Ok(counts)
    }

    /// No active row is below a deleted parent.
    #[cfg(any(backend = "postgres", backend = "mysql"))]
    pub fn check(&self) {
        assert_eq!(self.misplaced(), BTreeSet::new());
    }

    /// The active rows that are below a deleted parent, each with that: somebody put them there who did
    /// not hold the parent.
    pub fn misplaced(&self) -> BTreeSet<(Key, Key)> {
        let mut misplaced = BTreeSet::new();
        for key in self.rows.keys().filter(|key| !self.is_deleted(**key)) {
            let restricts = self.parents(*key, Kind::Restrict);
            let parents = self.parents(*key, Kind::Cascade).into_iter();
            let deleted = parents.chain(restricts).filter(|row| self.is_deleted(*row));
            misplaced.extend(deleted.map(|parent| (*key, parent)));
        }
        misplaced
    }
}
