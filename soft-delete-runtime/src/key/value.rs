//! Values of keys and stamps: read from the database, and bound again as they were read.

use diesel::result::Error as DieselError;

/// A value as the database gave it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// NULL.
    Null,
    /// A whole number.
    Int(i64),
    /// The bits of a floating-point number.
    Real(u64),
    /// Text.
    Text(Box<str>),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// The number of a type, and the bytes that the driver gave.
    Raw(u32, Box<[u8]>),
}

impl Value {
    /// The text that it is.
    pub(crate) fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_string()),
            Self::Bytes(bytes) | Self::Raw(_, bytes) => String::from_utf8(bytes.to_vec()).ok(),
            Self::Null | Self::Int(_) | Self::Real(_) => None,
        }
    }

    /// The whole number that it is.
    pub(crate) fn as_int(&self) -> Option<i64> {
        // PostgreSQL's `bigint`, `smallint` and `integer` begin with the highest byte
        const BIG_ENDIAN: [u32; 3] = [20, 21, 23];
        match self {
            Self::Int(number) => Some(*number),
            Self::Raw(kind, bytes) if bytes.len() <= 8 => {
                let of_bytes = |bytes: &mut dyn Iterator<Item = &u8>| {
                    bytes.fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte))
                };
                Some(match BIG_ENDIAN.contains(kind) {
                    true => of_bytes(&mut bytes.iter()),
                    false => of_bytes(&mut bytes.iter().rev()),
                })
            }
            _ => None,
        }
    }

    /// Whether it is a number that is not 0.
    pub(crate) fn is_true(&self) -> bool {
        self.as_int().is_some_and(|number| number != 0)
    }
}

/// Rows of values, one after another.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    width: usize,
    values: Vec<Value>,
}

impl Rows {
    pub(crate) fn new(width: usize) -> Self {
        let values = Vec::new();
        Self { width, values }
    }

    pub(crate) fn push(&mut self, value: Value) {
        self.values.push(value);
    }

    pub(crate) fn push_row(&mut self, row: &[Value]) {
        self.values.extend_from_slice(row);
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.width.max(1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn iter(&self) -> std::slice::ChunksExact<'_, Value> {
        self.values.chunks_exact(self.width.max(1))
    }

    pub(crate) fn append(&mut self, mut other: Rows) {
        self.width = other.width;
        self.values.append(&mut other.values);
    }

    /// The rows for which it holds.
    pub(crate) fn filter(&self, mut holds: impl FnMut(&[Value]) -> bool) -> Rows {
        let rows = self.iter().filter(|row| holds(row)).flatten();
        Rows {
            width: self.width,
            values: rows.cloned().collect(),
        }
    }

    /// Some of the columns of each row.
    pub(crate) fn columns(&self, columns: std::ops::Range<usize>) -> Rows {
        let rows = self.iter().flat_map(|row| &row[columns.clone()]);
        Rows {
            width: columns.len(),
            values: rows.cloned().collect(),
        }
    }
}

/// Not reached: values are bound on the connection that they were read on.
pub(super) fn unexpected(what: &str) -> DieselError {
    DieselError::QueryBuilderError(format!("this connection cannot bind {what}: turn on the feature of its backend in `soft-delete-runtime`, or on a `MultiConnection` use a key of a common type").into())
}
