use async_graphql::{ID, Object, SimpleObject};
use dialects::Dialect;

/// A format in which an inventory can be had as a file, from `/export/inventory/{format}` with the access
/// token or API key in `Authorization`. The headers `dualcaster-lots`, `dualcaster-shortened` and
/// `dualcaster-left-out` of the file tell how many lots are in it, how many of them not with everything,
/// and how many not at all.
#[derive(SimpleObject)]
pub struct InventoryExportFormat {
    /// Its name in the address: `manabox`.
    format: ID,
    /// The app that reads it, for people.
    name: &'static str,
    /// What names of its files end in: `csv`.
    extension: &'static str,
    /// What survives a way there and back, in words such as `grade`.
    keeps: Vec<String>,
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Reads of what one can do with an inventory.
#[derive(Default)]
pub struct Query;

#[Object(name = "InventoryQuery")]
impl Query {
    /// The formats in which an inventory can be had as a file; the first two are our own and keep everything.
    async fn inventory_export_formats(&self) -> Vec<InventoryExportFormat> {
        let format = |dialect: Dialect| InventoryExportFormat {
            format: word(dialect).into(),
            name: dialect.name(),
            extension: dialect.extension(),
            keeps: dialect.kept().into_iter().map(word).collect(),
        };
        Dialect::WRITTEN.into_iter().map(format).collect()
    }
}
