//! The tables that an operation reaches, parents before children.

use crate::error::Error;
use crate::relation::{Node, Relation, RelationKind};

/// The tables below one, which is the first.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) tables: Vec<Member>,
}

/// A table, and the cascades that lead to it.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) node: &'static Node,
    /// Those from other tables of the graph.
    pub(crate) edges: Vec<Edge>,
    /// That from the table itself.
    pub(crate) self_ref: Option<&'static Relation>,
}

/// A cascade from the table with that number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) parent: usize,
    pub(crate) relation: &'static Relation,
}

impl Graph {
    /// A table alone.
    pub(crate) fn of_table(node: &'static Node) -> Self {
        let (edges, self_ref) = (Vec::new(), None);
        let member = Member {
            node,
            edges,
            self_ref,
        };
        Self {
            tables: vec![member],
        }
    }

    /// Walks the cascades below a table.
    pub(crate) fn below(root: &'static Node) -> Result<Self, Error> {
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
                    self_ref: node.self_cascade(),
                })
                .collect(),
        };
        for parent in 0..graph.tables.len() {
            let node = graph.tables[parent].node;
            for relation in node.cascades().filter(|child| !child.other().is(node)) {
                let children = graph.tables.iter_mut();
                for child in children.filter(|member| member.node.is(relation.other())) {
                    child.edges.push(Edge { parent, relation });
                }
            }
        }
        Ok(graph)
    }

    pub(crate) fn position(&self, node: &Node) -> Option<usize> {
        self.tables.iter().position(|member| member.node.is(node))
    }

    pub(crate) fn root(&self) -> &'static Node {
        self.tables[0].node
    }

    /// Whether a `restrict` names a table of the graph.
    pub(crate) fn restricts_itself(&self) -> bool {
        let members = self.tables.iter();
        let mut restricts = members.flat_map(|member| member.node.restricts());
        restricts.any(|relation| self.position(relation.other()).is_some())
    }
}

impl Member {
    /// Whether its rows are read: something refers to them.
    pub(crate) fn is_inner(&self) -> bool {
        self.node.children().next().is_some()
    }
}

/// Puts tables after those that they restrict too: rows that go along themselves are removed before
/// what they refer to. Cascades go before that.
fn restricting_later(mut tables: Vec<&'static Node>) -> Vec<&'static Node> {
    let mut ordered = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let waits = |node: &Node, for_kinds: &[RelationKind]| {
            let parents = tables.iter().filter(|parent| !parent.is(node));
            parents
                .flat_map(|parent| parent.children())
                .any(|relation| for_kinds.contains(&relation.kind) && relation.other().is(node))
        };
        let free = |kinds| tables.iter().position(|node| !waits(node, kinds));
        let next = match &ordered[..] {
            [] => None, // the root, whatever it restricts
            _ => free(&[RelationKind::Cascade, RelationKind::Restrict])
                .or_else(|| free(&[RelationKind::Cascade])),
        };
        ordered.push(tables.remove(next.unwrap_or_default()));
    }
    ordered
}

#[derive(Default)]
struct Walk {
    path: Vec<&'static Node>,
    finished: Vec<&'static Node>,
}

impl Walk {
    fn visit(&mut self, node: &'static Node) -> Result<(), Error> {
        if self.finished.iter().any(|done| done.is(node)) {
            return Ok(());
        }
        if let Some(start) = self.path.iter().position(|above| above.is(node)) {
            let cycle = self.path[start..].iter().chain([&node]);
            return Err(Error::Cycle {
                tables: cycle.map(|node| node.text()).collect(),
            });
        }
        let to_itself = node.cascades().filter(|child| child.other().is(node));
        if to_itself.count() > 1 {
            // which of two parents a row belongs to could not be told
            return Err(Error::Cycle {
                tables: vec![node.text(); 3],
            });
        }
        self.path.push(node);
        for relation in node.cascades().filter(|child| !child.other().is(node)) {
            self.visit(relation.other())?;
        }
        self.path.pop();
        self.finished.push(node);
        Ok(())
    }
}
