//! A folder of files in the vendors' own formats.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use domain::data::{Progress, import_folder};
use serde_json::json;
use tests::TestApp;

use crate::world::{card, fixture, lines, number};

/// A folder that goes afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("dualcaster-folder-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// The names of the files that were read, and those of the rest with the reason.
async fn load(app: &TestApp, folder: &Path) -> (Vec<String>, Vec<(String, &'static str)>) {
    let (read, left) = (RefCell::default(), RefCell::default());
    let tell = |progress| match progress {
        Progress::End { name, result } => {
            result.unwrap();
            RefCell::<Vec<String>>::borrow_mut(&read).push(name);
        }
        Progress::Skipped { name, reason } => {
            RefCell::<Vec<(String, &str)>>::borrow_mut(&left).push((name, reason));
        }
        Progress::Begin { .. } => {}
    };
    import_folder(&app.ctx(), folder, tell).await.unwrap();
    (read.into_inner(), left.into_inner())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_once_and_again_when_it_may_mean_more() {
    let app = TestApp::new().await;
    let folder = Folder::new();
    let product = |number: u32| card(number, number, &json!({ "cardmarket_id": 5000 + number }));
    folder.put("default-cards-20261101.jsonl", &lines(&[product(1)]));
    folder.put("price-guide-20261101.json", &fixture("cardmarket/price_guide_1.2026-11-01.json"));
    folder.put("notes.txt", b"nothing of ours");

    let (read, left) = load(&app, &folder.0).await;
    assert_eq!(read, ["default-cards-20261101.jsonl", "price-guide-20261101.json"]);
    assert_eq!(left, [("notes.txt".to_owned(), "of no kind that is read here")]);
    let (read, left) = load(&app, &folder.0).await;
    assert!(read.is_empty() && left.len() == 3, "{read:?} {left:?}");

    // More cards: the guide's other prices have an owner now.
    let before = number(&app, "SELECT count(*) FROM price_series WHERE feed = 2").await;
    folder.put("default-cards-20261102.jsonl", &lines(&[product(1), product(2)]));
    let (read, _) = load(&app, &folder.0).await;
    assert_eq!(read, ["default-cards-20261102.jsonl", "price-guide-20261101.json"]);
    assert!(number(&app, "SELECT count(*) FROM price_series WHERE feed = 2").await > before);
}
