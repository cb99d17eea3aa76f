//! Files that people really exported.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use crate::{Content, Dialect, Limits, Lot, Reader, Row, Skip, Sure, Writer, Written};
use flate2::read::GzDecoder;

/// Lots, copies, then rows that are blank, of another game, sealed, without copies, refused.
type Counts = [u64; 7];

/// Counted with another program.
const FILES: [(&str, Dialect, Sure, Counts); 20] = [
    ("archidekt-real-export", Dialect::Archidekt, Sure::Exact, [43, 43, 0, 0, 0, 0, 0]),
    ("cardmarket-real-export", Dialect::Cardmarket, Sure::Exact, [40, 40, 0, 0, 0, 0, 0]),
    ("deckbox-real-export", Dialect::Deckbox, Sure::Exact, [41, 42, 1, 0, 0, 0, 0]),
    ("deckbox-rna", Dialect::Deckbox, Sure::Exact, [242, 553, 4, 0, 0, 0, 0]),
    ("dragonshield-collection", Dialect::DragonShield, Sure::Exact, [2453, 3142, 0, 0, 0, 0, 0]),
    ("dragonshield-sample-official", Dialect::DragonShield, Sure::Exact, [32, 32, 0, 0, 0, 0, 0]),
    ("manabox-cad-collection", Dialect::Manabox, Sure::Exact, [1739, 1740, 0, 0, 0, 0, 0]),
    ("manabox-collection", Dialect::Manabox, Sure::Exact, [3743, 4753, 0, 0, 0, 0, 0]),
    ("moxfield-blank-and-delimiter-rows", Dialect::Moxfield, Sure::Exact, [2, 3, 3, 0, 0, 0, 0]),
    ("moxfield-conditions-real-export", Dialect::Moxfield, Sure::Exact, [6, 6, 0, 0, 0, 0, 0]),
    ("moxfield-haves", Dialect::Moxfield, Sure::Exact, [7385, 9480, 0, 0, 0, 0, 0]),
    ("moxfield-haves-2026-03-22", Dialect::Moxfield, Sure::Exact, [3244, 4531, 0, 0, 0, 0, 0]),
    ("moxfield-mixed-warnings-and-errors", Dialect::Moxfield, Sure::Exact, [3, 6, 0, 0, 0, 0, 1]),
    ("moxfield-wrong-format-headers", Dialect::DragonShield, Sure::Exact, [2, 3, 0, 0, 0, 0, 0]),
    ("mtggoldfish-collection", Dialect::MtgGoldfish, Sure::Exact, [535, 1010, 0, 0, 0, 0, 0]),
    ("mtgo-collection", Dialect::Mtgo, Sure::Exact, [7, 13, 0, 0, 0, 0, 0]),
    ("reference-cardkingdom", Dialect::CardKingdom, Sure::Exact, [29, 30, 0, 0, 0, 0, 0]),
    ("tcgplayer-collection", Dialect::TcgplayerApp, Sure::Exact, [1010, 1262, 0, 0, 0, 0, 0]),
    (
        "tcgplayer-seller-pricing-2026-02-26",
        Dialect::TcgplayerSeller,
        Sure::Exact,
        [324, 1224, 0, 11, 5, 524, 0],
    ),
    ("topdecked-collection", Dialect::TopDecked, Sure::Exact, [3169, 4127, 0, 0, 0, 0, 0]),
];

fn data() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests are told where the data is")]
    let told = std::env::var("DUALCASTER_DATA").ok().map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    [told, Some(beside)]
        .into_iter()
        .flatten()
        .map(|folder| folder.join("collections"))
        .find(|folder| folder.is_dir())
}

fn count(row: &Row, counts: &mut Counts) {
    match &row.content {
        Content::Lots(lots) => {
            counts[0] += lots.len() as u64;
            counts[1] += lots.iter().map(|lot| u64::from(lot.quantity)).sum::<u64>();
        }
        Content::Skipped(Skip::Blank) => counts[2] += 1,
        Content::Skipped(Skip::OtherGame(_)) => counts[3] += 1,
        Content::Skipped(Skip::Sealed) => counts[4] += 1,
        Content::Skipped(_) => counts[5] += 1,
        Content::Refused { .. } => counts[6] += 1,
    }
}

#[test]
fn every_real_file_is_what_it_is_and_no_row_is_lost() {
    let Some(folder) = data() else {
        println!("skipped: no data pack");
        return;
    };
    println!(
        "{:<36} {:<16} {:>6} {:>6} blank game sealed zero refused  notes",
        "file", "dialect", "lots", "copies"
    );
    let mut wrong = Vec::new();
    for (name, dialect, sure, expected) in FILES {
        let file = GzDecoder::new(File::open(folder.join(format!("{name}.csv.gz"))).unwrap());
        let mut reader = Reader::open(file, None, Limits::default()).unwrap();
        let (found, how_sure) = (reader.detected().dialect, reader.detected().sure);
        let (mut rows, mut counts, mut notes) = (0, Counts::default(), BTreeMap::new());
        let mut line = 0;
        for row in &mut reader {
            let row = row.unwrap();
            assert!(row.line > line, "{name}: line {} after {line}", row.line);
            line = row.line;
            rows += 1;
            count(&row, &mut counts);
            for note in row.notes {
                *notes.entry(format!("{:?} {:?}", note.field, note.kind)).or_insert(0) += 1;
            }
        }
        println!(
            "{name:<36} {:<16} {:>6} {:>6} {:>5} {:>4} {:>6} {:>4} {:>7}  {notes:?}",
            format!("{found:?}"),
            counts[0],
            counts[1],
            counts[2],
            counts[3],
            counts[4],
            counts[5],
            counts[6]
        );
        assert_eq!(rows, counts[0] + counts[2..].iter().sum::<u64>(), "{name}: rows and what became of them");
        if (found, how_sure, counts) != (dialect, sure, expected) {
            wrong.push((name, found, how_sure, counts));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn all_lots(bytes: impl std::io::Read) -> Vec<Lot> {
    let reader = Reader::open(bytes, None, Limits::default()).unwrap();
    let lots = |row: Result<Row, _>| match row.unwrap().content {
        Content::Lots(lots) => lots,
        _ => Vec::new(),
    };
    reader.flat_map(lots).collect()
}

#[test]
fn real_collections_survive_export_and_import() {
    let Some(folder) = data() else {
        println!("skipped: no data pack");
        return;
    };
    for (name, dialect, ..) in FILES {
        let lots = all_lots(GzDecoder::new(File::open(folder.join(format!("{name}.csv.gz"))).unwrap()));
        for target in [Dialect::Own, Dialect::OwnJson, dialect] {
            let Ok(mut writer) = Writer::new(Vec::new(), target) else { continue };
            for lot in &lots {
                match writer.write(lot).unwrap() {
                    Written::LeftOut => panic!("{name}: {target:?} leaves out {lot:?}"),
                    Written::Without(lost) => {
                        let broken: Vec<_> =
                            lost.into_iter().filter(|field| target.kept().contains(field)).collect();
                        assert!(broken.is_empty(), "{name}: {target:?} loses {broken:?} of {lot:?}");
                    }
                }
            }
            let back = all_lots(writer.finish().unwrap().as_slice());
            assert_eq!(back.len(), lots.len(), "{name}: {target:?}");
            if matches!(target, Dialect::Own | Dialect::OwnJson) {
                assert!(back == lots, "{name}: {target:?}");
            }
        }
    }
}
