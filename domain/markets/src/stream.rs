//! Large JSON files, one row at a time: an object with a few words about itself and one long list.

use std::cell::RefCell;
use std::fmt;
use std::io::Read;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::{SourceError, minor_units};

/// Opens a file, again if need be: what stands after a long list may be wanted before it.
pub type Open<'a> = &'a dyn Fn() -> Result<Box<dyn Read + 'a>, SourceError>;

/// Reads `{…, list: [row, row, …], …}`. `begin` is told of everything but the list, `each` of every row.
/// `key` is what `begin` needs: JSON promises no order, so where it does not come before the list, the
/// file is read twice. Both may refuse; what they say is kept.
pub fn rows<R: DeserializeOwned>(
    what: &str,
    open: Open<'_>,
    (key, list): (&str, &str),
    begin: impl FnOnce(&Map<String, Value>) -> Result<(), SourceError>,
    each: impl FnMut(R) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let refused = RefCell::new(None);
    let mut json = serde_json::Deserializer::from_reader(open()?);
    let late = || head(what, open, list);
    let object = Object { key, list, late, begin, each, refused: &refused, row: PhantomData };
    let read = json.deserialize_map(object).and_then(|()| json.end());
    match (read, refused.into_inner()) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some(refused)) => Err(refused),
        (Err(error), None) => Err(SourceError::json(what, &error)),
    }
}

/// Everything but the list.
fn head(what: &str, open: Open<'_>, list: &str) -> Result<Map<String, Value>, SourceError> {
    let mut json = serde_json::Deserializer::from_reader(open()?);
    json.deserialize_map(Around { list }).map_err(|error| SourceError::json(what, &error))
}

struct Around<'a> {
    list: &'a str,
}

impl<'de> Visitor<'de> for Around<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut head = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == self.list {
                map.next_value::<IgnoredAny>()?;
            } else {
                head.insert(key, map.next_value()?);
            }
        }
        Ok(head)
    }
}

struct Object<'a, L, B, E, R> {
    key: &'a str,
    list: &'a str,
    late: L,
    begin: B,
    each: E,
    refused: &'a RefCell<Option<SourceError>>,
    row: PhantomData<R>,
}

impl<'de, L, B, E, R> Visitor<'de> for Object<'_, L, B, E, R>
where
    R: DeserializeOwned,
    L: FnOnce() -> Result<Map<String, Value>, SourceError>,
    B: FnOnce(&Map<String, Value>) -> Result<(), SourceError>,
    E: FnMut(R) -> Result<(), SourceError>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with a list {:?}", self.list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let refused = self.refused;
        let mut head = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if key != self.list {
                head.insert(key, map.next_value()?);
                continue;
            }
            if !head.contains_key(self.key) {
                head = (self.late)().map_err(|error| refuse(refused, error))?;
            }
            (self.begin)(&head).map_err(|error| refuse(refused, error))?;
            map.next_value_seed(List { each: self.each, refused, row: PhantomData })?;
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        Err(A::Error::custom(format!("there is no list {:?}", self.list)))
    }
}

fn refuse<E: Error>(kept: &RefCell<Option<SourceError>>, error: SourceError) -> E {
    kept.replace(Some(error));
    E::custom("refused")
}

struct List<'a, E, R> {
    each: E,
    refused: &'a RefCell<Option<SourceError>>,
    row: PhantomData<R>,
}

impl<'de, E, R> DeserializeSeed<'de> for List<'_, E, R>
where
    R: DeserializeOwned,
    E: FnMut(R) -> Result<(), SourceError>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, E, R> Visitor<'de> for List<'_, E, R>
where
    R: DeserializeOwned,
    E: FnMut(R) -> Result<(), SourceError>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element()? {
            (self.each)(row).map_err(|error| refuse(self.refused, error))?;
        }
        Ok(())
    }
}

/// An amount of money that is written in whole units, as a number or as text: minor units of it, or
/// nothing where it is no price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount(pub Option<i64>);

impl<'de> serde::Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of money or null")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Amount, E> {
        Ok(Amount(minor_units(text)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Amount, E> {
        // The shortest text that means the number is what the source wrote.
        Ok(Amount(minor_units(&number.to_string())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Amount, E> {
        Ok(Amount(minor_units(&number.to_string())))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Amount, E> {
        Ok(Amount(None))
    }

    fn visit_unit<E: Error>(self) -> Result<Amount, E> {
        Ok(Amount(None))
    }

    fn visit_none<E: Error>(self) -> Result<Amount, E> {
        Ok(Amount(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Row {
        id: i32,
        price: Amount,
    }

    fn read(json: &str) -> Result<Vec<(i32, Option<i64>)>, SourceError> {
        let mut all = Vec::new();
        let begin = |head: &Map<String, Value>| {
            head.get("at").map(|_| ()).ok_or_else(|| SourceError::broken("test", "at", "missing"))
        };
        let open = || Ok(Box::new(json.as_bytes()) as Box<dyn Read>);
        rows("test", &open, ("at", "data"), begin, |row: Row| {
            all.push((row.id, row.price.0));
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn amounts_are_read_however_they_are_written() {
        let read = read(
            r#"{"at":1,"data":[{"id":1,"price":"41.12"},{"id":2,"price":38.1},{"id":3,"price":29},
            {"id":4,"price":null},{"id":5,"price":-1},{"id":6,"price":0.005}],"more":{"x":[1]}}"#,
        );
        let expected =
            [(1, Some(4112)), (2, Some(3810)), (3, Some(2900)), (4, None), (5, None), (6, Some(1))];
        assert_eq!(read.unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_has_a_kind() {
        let fault = |json| read(json).unwrap_err().fault();
        assert_eq!(fault("<html>"), Fault::Garbage);
        assert_eq!(fault(r#"{"at":1,"data":[{"id":1,"price":1},{"id""#), Fault::Garbage);
        assert_eq!(fault(r#"{"at":1,"data":[{"id":1}]}"#), Fault::Contract, "a field is missing");
        assert_eq!(fault(r#"{"at":1,"data":[{"id":1,"price":true}]}"#), Fault::Contract);
        assert_eq!(fault(r#"{"at":1,"rows":[]}"#), Fault::Contract, "the list is missing");
        assert_eq!(fault(r#"{"data":[]}"#), Fault::Contract, "what is told about the list is missing");
    }

    #[test]
    fn what_is_told_about_the_list_may_come_after_it() {
        let read = read(r#"{"data":[{"id":1,"price":1}],"at":1}"#);
        assert_eq!(read.unwrap(), [(1, Some(100))]);
    }
}
