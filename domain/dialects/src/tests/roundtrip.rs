//! What is written comes back, and nothing that is read brings the reader down.

use crate::{
    Binder, Content, Dialect, Field, Finish, Grade, Ids, Language, Limits, Lot, Reader, Writer, Written,
    detect,
};
use proptest::prelude::*;

use crate::tests::made::lots;

fn file(dialect: Dialect, lots: &[Lot]) -> (Vec<u8>, Vec<Vec<Field>>) {
    let mut writer = Writer::new(Vec::new(), dialect).unwrap();
    let lost = lots
        .iter()
        .map(|lot| match writer.write(lot).unwrap() {
            Written::Without(lost) => lost,
            Written::LeftOut => panic!("{dialect:?} leaves out {lot:?}"),
        })
        .collect();
    (writer.finish().unwrap(), lost)
}

fn read(bytes: &[u8]) -> (Dialect, Vec<Lot>) {
    let reader = Reader::open(bytes, None, Limits::default()).unwrap();
    let dialect = reader.detected().dialect;
    let mut lots = Vec::new();
    for row in reader {
        match row.unwrap().content {
            Content::Lots(found) => lots.extend(found),
            Content::Skipped(_) => {}
            refused @ Content::Refused { .. } => panic!("{refused:?}"),
        }
    }
    (dialect, lots)
}

/// Whether the app has words for what the lot says in this field; all other fields that it keeps, it
/// keeps whatever they say.
fn has_words(dialect: Dialect, field: Field, lot: &Lot) -> bool {
    use Dialect::{
        Archidekt, Cardmarket, Cardsphere, Deckbox, DragonShield, EchoMtg, Manabox, Moxfield, MtgGoldfish,
        Own, OwnJson, StarCity, TcgplayerApp, TopDecked,
    };
    let own = matches!(dialect, Own | OwnJson);
    let all_etched = [
        Manabox,
        Moxfield,
        Archidekt,
        DragonShield,
        TcgplayerApp,
        MtgGoldfish,
        TopDecked,
        StarCity,
        Dialect::Decklist,
    ];
    let all_grades = [Manabox, DragonShield, Cardmarket];
    match field {
        _ if own => true,
        Field::Finish => match lot.finish {
            // An empty cell says nonfoil nearly everywhere.
            None => matches!(dialect, DragonShield | TcgplayerApp | Dialect::Decklist),
            Some(Finish::Nonfoil) => dialect != Dialect::Decklist,
            Some(Finish::Foil) => true,
            Some(Finish::Etched) => all_etched.contains(&dialect),
        },
        // Only names that say a finish.
        Field::FinishText => lot.finish_text.is_none(),
        Field::Grade => match lot.grade {
            None | Some(Grade::NearMint | Grade::Good | Grade::LightPlayed | Grade::Played) => true,
            Some(Grade::Poor) => dialect != Cardsphere,
            Some(Grade::Mint) => !matches!(dialect, Archidekt | EchoMtg | Cardsphere | Dialect::Deckstats),
            Some(Grade::Excellent) => all_grades.contains(&dialect),
        },
        Field::Language => match lot.language {
            Some(language) if dialect == Cardmarket => (language as usize) < 11,
            Some(language) if dialect == Dialect::MtgManager => (language as usize) < 10,
            _ => true,
        },
        Field::ForTrade if dialect == EchoMtg => lot.for_trade == 0 || lot.for_trade == lot.quantity,
        // Without the currency nobody knows that yen have no decimals; symbols are known for some.
        Field::Cost | Field::Currency => {
            let code = lot.cost.and_then(|cost| cost.currency).map(|currency| currency.to_string());
            match code.as_deref() {
                None | Some("USD" | "EUR" | "GBP" | "CAD") => true,
                Some("JPY") => matches!(dialect, Manabox | Deckbox | TopDecked),
                Some(_) => field == Field::Cost || dialect == Manabox,
            }
        }
        Field::Number => lot.set_code.is_some() || dialect != Dialect::Decklist,
        Field::BinderKind => lot.binder.is_some(),
        _ => true,
    }
}

fn check(dialect: Dialect, lot: &Lot) -> Result<(), TestCaseError> {
    let (bytes, lost) = file(dialect, std::slice::from_ref(lot));
    let told = String::from_utf8_lossy(&bytes).into_owned();
    let (found, back) = read(&bytes);
    prop_assert_eq!(found, dialect, "{}", told);
    prop_assert_eq!(back.len(), 1, "{}", told);
    for field in dialect.kept().into_iter().filter(|field| has_words(dialect, *field, lot)) {
        prop_assert!(
            !lost[0].contains(&field),
            "{:?} loses {:?}: {}\n{:?}\n{:?}",
            dialect,
            field,
            told,
            lot,
            back
        );
    }
    // What the writer said is what happens to the file.
    let (_, again) = file(Dialect::Own, &back);
    prop_assert!(again[0].is_empty(), "{:?}", again);
    if lost[0].is_empty() {
        prop_assert_eq!(&back[0], lot);
    } else {
        prop_assert_ne!(&back[0], lot);
    }
    if matches!(dialect, Dialect::Own | Dialect::OwnJson) {
        prop_assert_eq!(&back[0], lot);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_an_app_keeps_comes_back(lot in lots()) {
        for dialect in Dialect::WRITTEN {
            check(dialect, &lot)?;
        }
    }

    /// What a file of one app says, our own formats keep to the last letter.
    #[test]
    fn what_was_read_from_any_app_is_kept_by_our_own(lot in lots()) {
        for dialect in Dialect::WRITTEN {
            let (_, lots) = read(&file(dialect, std::slice::from_ref(&lot)).0);
            for own in [Dialect::Own, Dialect::OwnJson] {
                prop_assert_eq!(&read(&file(own, &lots).0).1, &lots);
            }
        }
    }

    #[test]
    fn no_bytes_bring_the_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        drain(&bytes);
        for start in ["PK\u{3}\u{4}", "<?xml?><Deck>", "[{\"quantity\":1}", "sep=;\n", "4 Bolt\n"] {
            drain(&[start.as_bytes(), &bytes].concat());
        }
    }

    #[test]
    fn no_cells_bring_the_reader_down(
        dialect in proptest::sample::select(Dialect::WRITTEN.to_vec()),
        cells in proptest::collection::vec("\\PC{0,12}", 0..40),
    ) {
        let (mut bytes, _) = file(dialect, &[]);
        bytes.extend(cells.join(",").bytes());
        drain(&bytes);
    }
}

fn drain(bytes: &[u8]) {
    let _ = detect(bytes);
    if let Ok(reader) = Reader::open(bytes, None, Limits { rows: 1000, bytes: 1 << 20 }) {
        let (mut line, mut failed) = (0, false);
        for row in reader {
            assert!(!failed, "after an error there is no more");
            match row {
                Ok(row) => {
                    assert!(row.line >= line, "{} after {line}", row.line);
                    line = row.line;
                }
                Err(_) => failed = true,
            }
        }
    }
}

#[test]
fn no_cell_of_a_table_begins_a_formula() {
    let evil = || "=HYPERLINK(\"http://example.org\",\"x\")".to_owned();
    let lot = Lot {
        name: evil(),
        set_code: Some("@sum".into()),
        set_name: Some("+1".into()),
        number: Some("-1".into()),
        quantity: 1,
        finish_text: Some(evil()),
        condition_text: Some(evil()),
        binder: Some(Binder { name: evil(), kind: None }),
        tags: vec!["=1".into()],
        notes: Some("-2+3".into()),
        ids: Ids { cardmarket_product: Some(416_376), ..Ids::default() },
        rest: [("Variation".to_owned(), evil()), ("Printing Note".to_owned(), evil())].into(),
        ..Lot::default()
    };
    for dialect in Dialect::WRITTEN {
        if matches!(dialect, Dialect::Decklist | Dialect::OwnJson) {
            continue;
        }
        let (bytes, _) = file(dialect, std::slice::from_ref(&lot));
        let delimiter = if dialect == Dialect::Cardmarket { b';' } else { b',' };
        let mut csv =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes.as_slice());
        for record in csv.records() {
            for cell in &record.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{dialect:?}: {cell}");
            }
        }
        let (_, back) = read(&bytes);
        if dialect != Dialect::Cardmarket {
            assert_eq!(back[0].name, lot.name, "{dialect:?}");
        }
    }
}

#[test]
fn fields_that_an_app_has_no_word_for_are_told() {
    let lot = Lot {
        name: "Sol Ring".into(),
        quantity: 1,
        finish: Some(Finish::Etched),
        grade: Some(Grade::Excellent),
        language: Some(Language::Ph),
        proxy: true,
        ..Lot::default()
    };
    let lost = |dialect| file(dialect, std::slice::from_ref(&lot)).1.remove(0);
    for (dialect, field) in [
        (Dialect::Moxfield, Field::Grade),
        (Dialect::Deckbox, Field::Finish),
        (Dialect::Manabox, Field::Proxy),
        (Dialect::MtgManager, Field::Language),
        (Dialect::CardKingdom, Field::Grade),
    ] {
        assert!(lost(dialect).contains(&field), "{dialect:?} {field:?}: {:?}", lost(dialect));
    }
    assert!(lost(Dialect::Own).is_empty());
    assert!(lost(Dialect::OwnJson).is_empty());
    assert!(Writer::new(Vec::new(), Dialect::Helvault).is_err());
    let mut writer = Writer::new(Vec::new(), Dialect::Cardmarket).unwrap();
    assert_eq!(writer.write(&lot).unwrap(), Written::LeftOut);
    assert_eq!(writer.finish().unwrap().split(|byte| *byte == b'\n').count(), 2, "the header alone");
}
