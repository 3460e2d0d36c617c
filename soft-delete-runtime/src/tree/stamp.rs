//! Stamps: what the rows of one deletion have in common, the moment or the operation's id.

use super::graph::{Graph, Member};
use crate::column::ValueColumn;
use crate::key::{Rows, Value};
use crate::marker::StorageClass;
use crate::moment::Unit;
use crate::relation::{Node, Relation};
use crate::sql::{Expr, Source};

/// The stamp of a deletion, as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct Stamp {
    /// The moment, by how a column stores it: markers of other types have others.
    moments: Vec<(StorageClass, Unit, Value)>,
    /// NULL, where the row has no id.
    operation: Value,
}

impl Stamp {
    /// The columns that make up the stamp of a table's rows.
    pub(super) fn columns(node: &Node) -> Vec<ValueColumn> {
        let operation = node.operation.map(|(column, _)| column);
        let moment = node.keeps_moment().then_some(node.marker.column);
        moment.into_iter().chain(operation).collect()
    }

    /// From the values of these columns.
    fn of(node: &Node, values: &[Value]) -> Self {
        let mut values = values.iter().cloned();
        let mut stamp = Self {
            moments: Vec::new(),
            operation: Value::Null,
        };
        if node.keeps_moment() {
            stamp.learn(node, values.next());
        }
        if node.operation.is_some() {
            stamp.operation = values.next().unwrap_or(Value::Null);
        }
        stamp
    }

    /// Takes the moment that rows of another table of the operation have.
    pub(super) fn learn(&mut self, node: &Node, moment: Option<Value>) {
        let moment = moment.map(|moment| (node.marker.stored, node.unit, moment));
        self.moments.extend(moment);
    }

    /// Whether the table keeps a moment that is not known yet.
    pub(super) fn lacks_moment_of(&self, node: &Node) -> bool {
        node.keeps_moment() && self.moment_of(node).is_none()
    }

    fn moment_of(&self, node: &Node) -> Option<&Value> {
        let (stored, unit) = (node.marker.stored, node.unit);
        let mut moments = self.moments.iter();
        let found = moments.find(|(known, of, _)| *known == stored && *of == unit);
        found.map(|(.., moment)| moment)
    }

    /// Whether a row of the table has the stamp: by the operation's id where both have one, else by
    /// the moment.
    pub(super) fn condition(&self, node: &'static Node) -> Expr<'_> {
        let source = Source::Table(node);
        let is = |column: ValueColumn, value| {
            Expr::Column(source, column.name).equal(Expr::Bound(value, column))
        };
        let moment = self
            .moment_of(node)
            .map(|value| is(node.marker.column, value));
        let operation = match (&self.operation, node.operation) {
            (Value::Null, _) | (_, None) => None,
            (value, Some((column, _))) => Some((is(column, value), column)),
        };
        match (operation, moment) {
            (Some((operation, column)), Some(moment)) => {
                let without = Expr::IsNull(Box::new(Expr::Column(source, column.name)));
                Expr::Or(vec![operation, Expr::And(vec![without, moment])])
            }
            (Some((operation, _)), None) => operation,
            (None, Some(moment)) => moment,
            (None, None) => Expr::Sql("1 = 0"),
        }
    }

    /// Whether the rows that went along with a row of the first table are those below it that have its
    /// stamp. Where a table that keeps an id is below one that keeps none, each row has to be compared
    /// with its parent instead.
    pub(super) fn tells(&self, graph: &Graph) -> bool {
        let root = graph.root();
        let keeps_id = |node: &Node| node.operation.is_some();
        let below_none = |member: &Member| {
            let mut edges = member.edges.iter();
            keeps_id(member.node) && edges.any(|edge| !keeps_id(graph.tables[edge.parent].node))
        };
        let mut tables = graph.tables.iter();
        let by_id = tables.clone().all(|member| keeps_id(member.node));
        let by_moment = |member: &Member| member.node.is(root) || member.node.has_moments_of(root);
        let has_id = !keeps_id(root) || self.operation != Value::Null;
        has_id && (by_id || tables.all(|member| !below_none(member) && by_moment(member)))
    }
}

/// Whether rows below those of the table can be told by the id alone: markers of other types keep other
/// moments, or none. A row of it keeps its id where it takes the stamp of a parent without one.
pub(super) fn needs_id(node: &Node) -> bool {
    let mut children = node.cascades().map(Relation::other);
    node.operation.is_some()
        && children.any(|child| child.operation.is_some() && !node.has_moments_of(child))
}

/// The stamp of rows of a table's key and its stamp, where all have the same.
pub(super) fn common_stamp(node: &Node, rows: &Rows) -> Option<Stamp> {
    let key = node.key.len();
    let stamp = key..key + Stamp::columns(node).len();
    let mut stamps = rows.iter().map(|row| &row[stamp.clone()]);
    let first = stamps.next()?;
    stamps
        .all(|other| other == first)
        .then(|| Stamp::of(node, first))
}

/// Whether a row has the stamp of its parent, which is deleted: as [`Stamp::condition`] says it.
pub(super) fn same_stamp<'a>(
    (child, node): (Source, &'static Node),
    (parent, above): (Source, &'static Node),
) -> Expr<'a> {
    let equal = |a: ValueColumn, b: ValueColumn| {
        Expr::Column(child, a.name).equal(Expr::Column(parent, b.name))
    };
    let moment = node
        .has_moments_of(above)
        .then(|| equal(node.marker.column, above.marker.column));
    let (Some((operation, _)), Some((of_parent, _))) = (node.operation, above.operation) else {
        return moment.unwrap_or(Expr::Sql("1 = 0"));
    };
    let same = equal(operation, of_parent);
    let Some(moment) = moment else { return same };
    let is_null =
        |source, column: ValueColumn| Expr::IsNull(Box::new(Expr::Column(source, column.name)));
    let without = Expr::Or(vec![is_null(child, operation), is_null(parent, of_parent)]);
    Expr::Or(vec![same, Expr::And(vec![without, moment])])
}
