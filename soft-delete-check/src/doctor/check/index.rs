//! Indexes that are not unique keys.

use super::Checks;
use crate::doctor::finding::Kind;
use crate::doctor::repair;

impl Checks<'_> {
    pub(in crate::doctor) fn indexes(&mut self) {
        for known in self.known().collect::<Vec<_>>() {
            let marker = known.facts.marker.name.as_str();
            for index in &known.table.indexes {
                if !index.valid {
                    let why = "it was not built to its end: the engine maintains it and does not use it, and a unique key does not hold";
                    let repair = repair::invalid_index(self.engine, known, index);
                    self.add(Kind::InvalidIndex, known.facts, &index.name, why, repair);
                    continue;
                }
                let is_of_the_marker =
                    index.keys.len() == 1 && index.keys[0].column() == Some(marker);
                if is_of_the_marker && !index.unique && index.predicate.is_none() {
                    let why = "nearly all rows have one value in it, so no query for active rows uses it, and each deletion and restore moves an entry";
                    let repair = repair::drop_index(self.engine, known, index);
                    self.add(Kind::MarkerIndex, known.facts, &index.name, why, repair);
                }
            }
        }
    }
}
