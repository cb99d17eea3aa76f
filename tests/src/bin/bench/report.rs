//! What was measured, for people and for programs.

use std::path::PathBuf;

use serde_json::{Map, Value};

/// Writes each result as it comes.
pub struct Report {
    folder: PathBuf,
}

/// One benchmark's figures, in the order in which they were measured.
#[derive(Default)]
pub struct Figures(Vec<(String, f64, &'static str)>);

impl Figures {
    /// Adds one, with its unit.
    pub fn add(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.0.push((name.into(), value, unit));
    }
}

impl Report {
    /// A report below a folder.
    pub fn new(folder: PathBuf) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Prints and keeps the figures of one benchmark.
    pub fn write(&self, name: &str, figures: &Figures) -> anyhow::Result<()> {
        println!("{name}");
        let mut kept = Map::new();
        for (what, value, unit) in &figures.0 {
            println!("  {what:<52} {value:>12.2} {unit}");
            kept.insert(format!("{what} [{unit}]"), Value::from(*value));
        }
        println!();
        let path = self.folder.join(format!("{name}.json"));
        Ok(std::fs::write(path, serde_json::to_string_pretty(&Value::Object(kept))?)?)
    }
}

/// The value below which this share of sorted values lies.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = (last as f64 * share).ceil() as usize;
    sorted.get(place.min(last)).copied().unwrap_or_default()
}
