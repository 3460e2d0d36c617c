//! The tables that an operation reaches, parents before children.

use crate::error::Error;
use crate::relation::{Kind, Name, Node, Relation};

/// The tables below one, which is the first.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) tables: Vec<Member>,
}

/// A table, and the cascades that lead to it.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) node: Node,
    /// Those from tables of the graph.
    pub(super) edges: Vec<Edge>,
    /// That from the table itself.
    pub(super) own: Option<Relation>,
}

/// A cascade from the table with that number.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) parent: usize,
    pub(super) relation: Relation,
}

impl Graph {
    /// Walks the cascades below a table.
    pub(super) fn below(root: Node) -> Result<Self, Error> {
        let mut walk = Walk::default();
        walk.visit(root)?;
        // a table was finished after all that are below it
        walk.finished.reverse();
        let mut graph = Self {
            tables: restricting_later(walk.finished)
                .into_iter()
                .map(|node| Member {
                    node,
                    edges: Vec::new(),
                    own: None,
                })
                .collect(),
        };
        for parent in 0..graph.tables.len() {
            for relation in graph.tables[parent].node.children.clone() {
                if relation.kind == Kind::Cascade {
                    graph.connect(parent, relation);
                }
            }
        }
        Ok(graph)
    }

    fn connect(&mut self, parent: usize, relation: Relation) {
        let Some(child) = self.position((relation.other)().table) else {
            return;
        };
        if child == parent {
            self.tables[child].own = Some(relation);
        } else {
            self.tables[child].edges.push(Edge { parent, relation });
        }
    }

    pub(super) fn position(&self, table: Name) -> Option<usize> {
        self.tables.iter().position(|m| m.node.table == table)
    }

    pub(super) fn root(&self) -> &Member {
        &self.tables[0]
    }

    /// Whether a table in it refers to itself.
    pub(super) fn refers_to_itself(&self) -> bool {
        let mut members = self.tables.iter();
        members.any(|member| member.node.to_itself().next().is_some())
    }
}

/// Puts tables after those that they restrict too: rows that go along themselves are removed before
/// what they refer to. Cascades go before that.
fn restricting_later(mut tables: Vec<Node>) -> Vec<Node> {
    let mut ordered = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let waits = |node: &Node, for_kinds: &[Kind]| {
            let parents = tables.iter().filter(|parent| parent.table != node.table);
            parents.flat_map(|parent| &parent.children).any(|relation| {
                for_kinds.contains(&relation.kind) && (relation.other)().table == node.table
            })
        };
        let free = |kinds| tables.iter().position(|node| !waits(node, kinds));
        let next = match &ordered[..] {
            [] => None, // the root, whatever it restricts
            _ => free(&[Kind::Cascade, Kind::Restrict]).or_else(|| free(&[Kind::Cascade])),
        };
        ordered.push(tables.remove(next.unwrap_or_default()));
    }
    ordered
}

#[derive(Default)]
struct Walk {
    path: Vec<Name>,
    finished: Vec<Node>,
}

impl Walk {
    fn visit(&mut self, node: Node) -> Result<(), Error> {
        if self.finished.iter().any(|done| done.table == node.table) {
            return Ok(());
        }
        if let Some(start) = self.path.iter().position(|name| *name == node.table) {
            let circle = self.path[start..].iter().chain([&node.table]);
            return Err(Error::Cycle {
                tables: circle.map(|name| name.text()).collect(),
            });
        }
        let cascades = node.to_itself().filter(|own| own.kind == Kind::Cascade);
        if cascades.count() > 1 {
            // which of two ways up a row belongs to could not be told
            return Err(Error::Cycle {
                tables: vec![node.table.text(); 3],
            });
        }
        self.path.push(node.table);
        for relation in &node.children {
            let child = (relation.other)();
            if relation.kind == Kind::Cascade && child.table != node.table {
                self.visit(child)?;
            }
        }
        self.path.pop();
        self.finished.push(node);
        Ok(())
    }
}

impl Member {
    /// The key that the table's children refer to; `None` where it has none.
    pub(super) fn key(&self) -> Option<&[&'static str]> {
        self.node.key()
    }
}

impl Node {
    /// The primary key, known where some relation refers to it.
    pub(super) fn key(&self) -> Option<&[&'static str]> {
        self.children.first().map(|c| c.primary_key.as_slice())
    }

    /// The relations to its own rows.
    pub(super) fn to_itself(&self) -> impl Iterator<Item = &Relation> {
        self.children
            .iter()
            .filter(|relation| (relation.other)().table == self.table)
    }

    /// The cascades that lead to it, but that from itself.
    pub(super) fn other_parents(&self) -> impl Iterator<Item = &Relation> {
        self.parents
            .iter()
            .filter(|relation| (relation.other)().table != self.table)
    }
}
