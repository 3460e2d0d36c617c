//! The parts of a statement, as data.

use super::marks::Marks;
use super::returns::Returns;
use crate::column::{ValueClass, ValueColumn};
use crate::engine::Engine;
use crate::key::{Round, Value};
use crate::marker::StorageClass;
use crate::moment::Unit;
use crate::operation_id::OperationStored;
use crate::relation::Node;

/// A statement, and what it is made of beyond its own data.
#[derive(Debug)]
pub(crate) struct Statement<'a, W = (), A = (), R = Returns<()>> {
    pub(crate) engine: Engine,
    pub(crate) body: Body<'a>,
    pub(crate) marks: &'a Marks,
    /// The user's filter: that of the target, or of `keeping`.
    pub(crate) filter: &'a W,
    pub(crate) changes: &'a A,
    pub(crate) result: R,
}

#[derive(Debug)]
pub(crate) enum Body<'a> {
    Select(Select<'a>),
    Update(Update<'a>),
    Delete(Delete<'a>),
    Hold(Hold<'a>),
    /// The parts of one statement of PostgreSQL; the last one's rows are counted.
    With(Vec<Body<'a>>),
    /// A query of the catalogue.
    Text(String),
}

/// A query that locks the parents of rows, and counts them: the rows are named once.
#[derive(Debug)]
pub(crate) struct Hold<'a> {
    /// The foreign keys of the rows, one after the other.
    pub(crate) rows: Select<'a>,
    /// The parents, each with the columns that a foreign key refers to.
    pub(crate) parents: Vec<(&'static Node, &'static [ValueColumn])>,
    pub(crate) lock: &'static str,
}

/// A foreign key into a table of the tree that no relation states.
#[derive(Debug, Clone)]
pub(crate) struct UndeclaredKey {
    /// The name of the constraint; on SQLite, which has none, that of table and columns.
    pub(crate) constraint: String,
    /// The name of the table, and before it that of its schema.
    pub(crate) table: Vec<String>,
    /// Its columns, and those that they refer to.
    pub(crate) columns: Vec<(String, String)>,
}

impl UndeclaredKey {
    /// Whether it is a foreign key of that table.
    pub(crate) fn is_of(&self, node: &Node) -> bool {
        let parts = node.parts();
        match (&self.table[..], &parts[..]) {
            ([_, _], [_, _]) => self.table == parts,
            (table, node) => table.last() == node.last(),
        }
    }

    /// The only column of the key that it refers to, if its own can be looked for by the values of
    /// that: text may compare in another way.
    pub(crate) fn refers_to(&self, node: &Node, engine: Engine) -> Option<ValueColumn> {
        let ([(_, parent)], [column]) = (&self.columns[..], node.key) else {
            return None;
        };
        let compares_alike = match (column.class)() {
            ValueClass::SmallInt | ValueClass::Integer | ValueClass::BigInt => true,
            ValueClass::Binary => true,
            ValueClass::AsText(_) => engine == Engine::Postgres,
            _ => false,
        };
        (compares_alike && parent == column.name).then_some(*column)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Select<'a> {
    pub(crate) with: Option<Box<Recursive<'a>>>,
    pub(crate) columns: Vec<Expr<'a>>,
    pub(crate) from: Source,
    pub(crate) join: Option<Join<'a>>,
    /// Begins with the target's filter.
    pub(crate) of_target: bool,
    pub(crate) filter: Vec<Expr<'a>>,
    pub(crate) order: Vec<Expr<'a>>,
    pub(crate) limit: Option<Limit>,
    pub(crate) lock: &'static str,
}

/// `LIMIT n`
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(pub(crate) usize);

/// `WITH RECURSIVE soft_delete_rows AS (first UNION next)`
#[derive(Debug, Clone)]
pub(crate) struct Recursive<'a> {
    pub(crate) key: &'static [ValueColumn],
    pub(crate) first: Select<'a>,
    pub(crate) next: Select<'a>,
}

/// `INNER JOIN joined ON on`, in that order of reading where the engine has a word for it.
#[derive(Debug, Clone)]
pub(crate) struct Join<'a> {
    pub(crate) joined: Source,
    pub(crate) on: Vec<Expr<'a>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Update<'a> {
    pub(crate) table: &'static Node,
    pub(crate) set: Vec<(&'static str, Expr<'a>)>,
    pub(crate) filter: Vec<Expr<'a>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Delete<'a> {
    pub(crate) table: &'static Node,
    pub(crate) filter: Vec<Expr<'a>>,
    /// `ORDER BY FIELD(column, keys)`
    pub(crate) order: Option<(ValueColumn, &'a [Value])>,
}

/// A table in a `FROM`, which qualifies columns.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Table(&'static Node),
    /// A table under another name.
    Alias(&'static Node, &'static str),
    /// The rows of a [`Recursive`].
    Rows,
}

/// The state of a row, by its marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Deleted,
    Any,
}

#[derive(Debug, Clone)]
pub(crate) enum Expr<'a> {
    /// Text without a name in it: `1`.
    Sql(&'static str),
    Column(Source, &'a str),
    /// A column whose value is read.
    Value(Source, ValueColumn),
    /// A column of [`Recursive`] rows, by its number.
    Key(usize),
    Is(Source, State),
    /// `column IN (keys)`, column by column of the key.
    In(Source, &'static [ValueColumn], Round<'a>),
    Equal(Box<Expr<'a>>, Box<Expr<'a>>),
    IsNull(Box<Expr<'a>>),
    /// 1 if the column compares without case.
    IsNoCase(&'static Node, ValueColumn),
    And(Vec<Expr<'a>>),
    Or(Vec<Expr<'a>>),
    Exists(Box<Select<'a>>),
    NotExists(Box<Select<'a>>),
    Query(Box<Select<'a>>),
    /// The value of the first condition that holds, or the last one.
    Case(Vec<(Expr<'a>, Expr<'a>)>, Box<Expr<'a>>),
    Coalesce(Vec<Expr<'a>>),
    /// `key IN (query)`
    InQuery(Source, &'static [ValueColumn], Box<Select<'a>>),
    /// A value that was read, of a column.
    Bound(&'a Value, ValueColumn),
    /// The predicate of `keeping`.
    Keeping,
    /// The key is after that one.
    After(Source, &'static [ValueColumn], &'a [Value]),
    /// The marker is before the moment.
    Expired(Source),
    ReferredTo(Source, &'a UndeclaredKey),
    /// The key is one of these, and a row of a table that nothing is stated about refers to it.
    InReferring(Source, &'a UndeclaredKey, ValueColumn, &'a [Value]),
    /// The moment of the operation, as a column stores it.
    Moment(StorageClass, Unit),
    /// What an active row has.
    Active(StorageClass),
    /// The id of the operation.
    Operation(OperationStored),
}

impl<'a> Select<'a> {
    pub(crate) fn new(from: Source) -> Self {
        Self {
            with: None,
            columns: Vec::new(),
            from,
            join: None,
            of_target: false,
            filter: Vec::new(),
            order: Vec::new(),
            limit: None,
            lock: "",
        }
    }

    /// The values of these columns.
    pub(crate) fn values(mut self, columns: &[ValueColumn]) -> Self {
        let columns = columns.iter();
        self.columns
            .extend(columns.map(|column| Expr::Value(self.from, *column)));
        self
    }

    pub(crate) fn column(mut self, column: Expr<'a>) -> Self {
        self.columns.push(column);
        self
    }

    pub(crate) fn of_target(mut self) -> Self {
        self.of_target = true;
        self
    }

    pub(crate) fn filter(mut self, filter: Expr<'a>) -> Self {
        self.filter.push(filter);
        self
    }

    /// The rows in that state.
    pub(crate) fn in_state(mut self, state: State) -> Self {
        if state != State::Any {
            self.filter.push(Expr::Is(self.from, state));
        }
        self
    }

    pub(crate) fn join(mut self, joined: Source, on: Vec<Expr<'a>>) -> Self {
        self.join = Some(Join { joined, on });
        self
    }

    pub(crate) fn lock(mut self, lock: &'static str) -> Self {
        self.lock = lock;
        self
    }
}

impl<'a> Expr<'a> {
    pub(crate) fn equal(self, other: Expr<'a>) -> Self {
        Self::Equal(Box::new(self), Box::new(other))
    }

    /// What tells `soft-delete-check` that rows in any state are meant: `(1=1 OR marker IS NULL)`.
    pub(crate) fn all_rows(from: Source, node: &'static Node) -> Self {
        let marker = Expr::Column(from, node.marker.column.name);
        Self::Or(vec![Expr::Sql("1=1"), Expr::IsNull(Box::new(marker))])
    }

    /// `a = b`, column by column of two keys: that of the parent first, for SQLite compares by the
    /// collation of the column on the left.
    pub(crate) fn equal_keys(
        (a, a_columns): (Source, &[ValueColumn]),
        (b, b_columns): (Source, &[ValueColumn]),
    ) -> Vec<Self> {
        let pairs = a_columns.iter().zip(b_columns);
        pairs
            .map(|(x, y)| Expr::Column(a, x.name).equal(Expr::Column(b, y.name)))
            .collect()
    }
}
