//! Where a page ended: the order key, the name and the row, together with the search they belong to.

use ::search::{Direction, Order, Query, Unique};
use serde::{Deserialize, Serialize};

use super::model::Found;
use crate::{Error, Result};

/// The place of a row in one search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    search: u64,
    pub key: Key,
    pub name: String,
    pub tie: i32,
}

/// What the row is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Key {
    Missing,
    Number(i64),
    Text(String),
}

impl Cursor {
    pub fn of(row: &Found, search: u64) -> Option<Self> {
        let key = match (row.key_number, &row.key_text) {
            (Some(number), _) => Key::Number(number),
            (None, Some(text)) => Key::Text(text.clone()),
            (None, None) => Key::Missing,
        };
        Some(Self { search, key, name: row.name.clone()?, tie: row.tie? })
    }

    /// Letters and digits only, so that a cursor fits into an address.
    pub fn encode(&self) -> Result<String> {
        let bytes =
            serde_json::to_vec(&(self.search, &self.key, &self.name, self.tie)).map_err(Error::internal)?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Refuses what another search gave out.
    pub fn decode(text: &str, search: u64) -> Result<Self> {
        let bytes = text.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        });
        let cursor = bytes.collect::<Option<Vec<u8>>>().and_then(|bytes| {
            let (search, key, name, tie) = serde_json::from_slice(&bytes).ok()?;
            Some(Self { search, key, name, tie })
        });
        let cursor = cursor.filter(|cursor| !cursor.name.contains('\0'));
        let cursor = cursor.ok_or_else(|| Error::invalid("after", "is not a cursor of this list"))?;
        if cursor.search == search {
            Ok(cursor)
        } else {
            Err(Error::invalid("after", "is a cursor of another search"))
        }
    }
}

/// A number that tells searches apart, the same in every process (FNV-1a).
pub(super) fn search_number(query: &Query, unique: Unique, order: Order, direction: Direction) -> u64 {
    let text = format!("{query}\n{unique:?}\n{order:?}\n{direction:?}");
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_belongs_to_its_search() {
        let cursor =
            Cursor {
                search: 7, key: Key::Text("neo00000012".to_owned()), name: "Æther".to_owned(), tie: -3
            };
        let text = cursor.encode().unwrap();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(Cursor::decode(&text, 7).unwrap(), cursor);
        for (wrong, search) in [(text.as_str(), 8), ("", 7), ("zz", 7), ("0", 7), ("é", 7), (&text[2..], 7)]
        {
            let error = Cursor::decode(wrong, search).unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{wrong}");
        }
    }
}
