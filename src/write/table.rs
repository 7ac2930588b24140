//! A row struct → its table: columns, kinds, descriptions, keys.
//!
//! Invariant: a column is written down once, as a field of its row struct; name, type, description and
//! constraints of the schema, and the order of the cells, are taken from there by the `table!` macro.

use std::borrow::Cow;

use crate::labels::{EntityType, How, Part, Quotation, Role, Stance, Status};

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Free text; empty means unknown or none.
    Text,
    /// A whole number from 0.
    Integer,
    /// A probability from 0 to 1.
    Number,
    /// `true` or `false`.
    Boolean,
    /// One of these words.
    Label(&'static [&'static str]),
}

impl Kind {
    /// The type's name in a Frictionless table schema.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text | Kind::Label(_) => "string",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Boolean => "boolean",
        }
    }
}

/// A column of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// As in the header.
    pub name: &'static str,
    /// What it says, in a sentence or two (Markdown).
    pub description: &'static str,
    /// What its cells hold.
    pub kind: Kind,
    /// Whether no cell is ever empty.
    pub required: bool,
}

/// A table of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Table {
    /// Its name; the file is `<name>.csv`.
    pub name: &'static str,
    /// What a row is.
    pub description: &'static str,
    /// The columns, in order.
    pub columns: &'static [Column],
    /// The columns that tell its rows apart.
    pub key: &'static [&'static str],
    /// Columns that hold the key of another table, with that table's name.
    pub refers: &'static [(&'static str, &'static str)],
}

impl Table {
    /// The file it is written to.
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }

    /// Whether no cell of the column is ever empty: by its type, or as part of the key or a reference that always holds.
    pub fn requires(&self, column: &Column) -> bool {
        column.required || self.key.contains(&column.name)
    }
}

/// A row of a table.
pub trait Row {
    /// Its table.
    const TABLE: Table;
    /// The same table, to be pointed at.
    const TABLE_REF: &'static Table = &Self::TABLE;

    /// Its cells, in the order of the columns.
    fn cells(&self) -> Vec<Cow<'_, str>>;
}

/// A value that fills a cell.
pub trait Value {
    /// What such a column holds.
    const KIND: Kind;
    /// Whether it always has something to write.
    const REQUIRED: bool = true;

    /// What stands in the cell; empty for none.
    fn cell(&self) -> Cow<'_, str>;
}

impl Value for String {
    const KIND: Kind = Kind::Text;
    const REQUIRED: bool = false;

    fn cell(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Value for u64 {
    const KIND: Kind = Kind::Integer;

    fn cell(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

impl Value for Option<u64> {
    const KIND: Kind = Kind::Integer;
    const REQUIRED: bool = false;

    fn cell(&self) -> Cow<'_, str> {
        self.map_or(Cow::Borrowed(""), |number| Cow::Owned(number.to_string()))
    }
}

impl Value for f64 {
    const KIND: Kind = Kind::Number;

    fn cell(&self) -> Cow<'_, str> {
        Cow::Owned(format!("{self:?}"))
    }
}

impl Value for Option<f64> {
    const KIND: Kind = Kind::Number;
    const REQUIRED: bool = false;

    fn cell(&self) -> Cow<'_, str> {
        self.map_or(Cow::Borrowed(""), |number| Cow::Owned(format!("{number:?}")))
    }
}

impl Value for bool {
    const KIND: Kind = Kind::Boolean;

    fn cell(&self) -> Cow<'_, str> {
        Cow::Borrowed(if *self { "true" } else { "false" })
    }
}

macro_rules! label_values {
    ($($label:ident),+) => {
        $(impl Value for $label {
            const KIND: Kind = Kind::Label($label::WORDS);

            fn cell(&self) -> Cow<'_, str> {
                Cow::Borrowed(self.as_str())
            }
        })+
    };
}

label_values!(EntityType, How, Part, Quotation, Role, Stance, Status);

/// Makes a row struct and its [`Table`] from one list of fields.
macro_rules! table {
    (@column $field:ident) => { stringify!($field) };
    (@column $field:ident $column:literal) => { $column };

    (
        $(#[doc = $about:literal])+
        $row:ident in $name:literal, key [$($key:literal),+], refers [$($from:literal to $to:literal),*] {
            $($(#[doc = $doc:literal])+ $field:ident $(as $column:literal)?: $kind:ty,)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $row {
            $($(#[doc = $doc])+ $(#[serde(rename = $column)])? pub $field: $kind,)+
        }

        impl Row for $row {
            const TABLE: Table = Table {
                name: $name,
                description: concat!($($about),+).trim_ascii(),
                columns: &[$(Column {
                    name: table!(@column $field $($column)?),
                    description: concat!($($doc),+).trim_ascii(),
                    kind: <$kind as Value>::KIND,
                    required: <$kind as Value>::REQUIRED,
                }),+],
                key: &[$($key),+],
                refers: &[$(($from, $to)),*],
            };

            fn cells(&self) -> Vec<Cow<'_, str>> {
                vec![$(self.$field.cell()),+]
            }
        }
    };
}
pub(super) use table;
