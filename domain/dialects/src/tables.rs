//! What is known of each app's table: its header rows, what marks it and the words in its cells.
//! The same table is used for reading and for writing.

use crate::columns;
use crate::dates::Slashes;
use crate::dialect::Dialect;
use crate::field::Field;
use crate::grades::SURE_GRADES;
use crate::stores::STORES;
use crate::vocabulary::{LANGUAGE_NAMES, NORMAL_FOIL, Numbers, TagStyle, Words};
use crate::{apps, trackers};

/// An app's table.
pub(crate) struct Table {
    pub dialect: Dialect,
    /// The app's name.
    pub name: &'static str,
    /// Known header rows, columns divided by commas; the first one is written.
    pub headers: &'static [&'static str],
    /// Columns that mean something else here than elsewhere.
    pub columns: &'static [(&'static str, Field)],
    /// Any of these groups of columns tells that the table is of this app.
    pub marks: &'static [&'static [&'static str]],
    pub words: Words,
    pub shape: Shape,
}

/// How the file itself is written.
pub(crate) struct Shape {
    pub delimiter: u8,
    /// The first line says which delimiter follows.
    pub announced: bool,
    pub crlf: bool,
    /// Every cell is quoted.
    pub quoted: bool,
}

pub(crate) const PLAIN: Shape = Shape { delimiter: b',', announced: false, crlf: false, quoted: false };

/// What most apps have in common.
pub(crate) const WORDS: Words = Words {
    grades: &SURE_GRADES,
    languages: &LANGUAGE_NAMES,
    finishes: &NORMAL_FOIL,
    flags: ["false", "true"],
    slashes: Slashes::Unclear,
    times: false,
    capitals: false,
    numbers: Numbers::Plain,
    symbols: false,
    composite: false,
    tags: TagStyle::Commas,
};

static UNKNOWN: Table = Table {
    dialect: Dialect::Unknown,
    name: "Unknown table",
    headers: &[],
    columns: &[],
    marks: &[],
    words: WORDS,
    shape: PLAIN,
};

/// All tables that are known.
pub(crate) fn all() -> impl Iterator<Item = &'static Table> {
    apps::APPS.iter().chain(&trackers::TRACKERS).chain(&STORES)
}

/// The table of an app.
pub(crate) fn of(dialect: Dialect) -> &'static Table {
    let dialect = match dialect {
        Dialect::MtgoDek => Dialect::Mtgo,
        Dialect::OwnJson => Dialect::Own,
        other => other,
    };
    all().find(|table| table.dialect == dialect).unwrap_or(&UNKNOWN)
}

impl Table {
    /// What a column means in this app.
    pub(crate) fn field(&self, header: &str) -> Option<Field> {
        let header = columns::fold(header);
        let own = self.columns.iter().find(|(known, _)| *known == header);
        own.map(|(_, field)| *field).or_else(|| columns::common(&header))
    }

    /// The columns that are written.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&'static str, Field)> + '_ {
        let header = self.headers.first().copied().unwrap_or_default();
        header.split(',').map(|name| (name, self.field(name).unwrap_or(Field::Raw)))
    }

    /// Fields that have a column of their own when written.
    pub(crate) fn kept(&self) -> Vec<Field> {
        let mut kept: Vec<Field> = Vec::new();
        for (_, field) in self.written() {
            let fields: &[Field] = match field {
                Field::NonfoilQuantity => &[Field::Quantity],
                Field::FoilQuantity => &[Field::Finish],
                Field::TradeFlag => &[Field::ForTrade],
                Field::Cost if self.words.symbols => &[Field::Cost, Field::Currency],
                Field::Finish if self.words.finishes.special => &[Field::Finish, Field::FinishText],
                Field::Raw | Field::Ignored | Field::Label => &[],
                _ => &[field],
            };
            for field in fields {
                if !kept.contains(field) {
                    kept.push(*field);
                }
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::{all, of};
    use crate::dialect::Dialect;
    use crate::field::Field;

    #[test]
    fn every_app_has_one_table_and_every_mark_is_a_column_of_it() {
        let aside = [Dialect::OwnJson, Dialect::MtgoDek, Dialect::Decklist, Dialect::Unknown];
        for dialect in Dialect::ALL {
            assert_eq!(
                all().filter(|table| table.dialect == dialect).count(),
                usize::from(!aside.contains(&dialect)),
                "{dialect:?}"
            );
        }
        for table in all() {
            for header in table.headers {
                for column in header.split(',') {
                    let field = table.field(column);
                    assert!(field.is_some(), "{:?}: what is {column}?", table.dialect);
                }
            }
            for mark in table.marks.iter().flat_map(|marks| marks.iter()) {
                let known = table
                    .headers
                    .iter()
                    .any(|header| header.split(',').any(|name| super::columns::fold(name) == *mark));
                assert!(known, "{:?}: {mark} is in no header", table.dialect);
            }
        }
    }

    #[test]
    fn edition_is_a_code_for_one_app_and_a_name_for_another() {
        assert_eq!(of(Dialect::Moxfield).field("Edition"), Some(Field::SetCode));
        assert_eq!(of(Dialect::Deckbox).field(" EDITION "), Some(Field::SetName));
        assert_eq!(of(Dialect::Deckbox).field("Cost"), Some(Field::Ignored));
        assert_eq!(of(Dialect::EchoMtg).field("Acquired"), Some(Field::Cost));
    }
}
