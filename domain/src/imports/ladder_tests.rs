use super::*;

fn printing(id: i32, card: i32, set: (&str, &str), number: &str) -> Candidate {
    Candidate {
        id: PrintingId(id),
        card: CardId(card),
        other_names: Vec::new(),
        codes: vec![set.0.to_owned()],
        set_key: set_key(set.1),
        number: number.to_owned(),
        lang: "en".to_owned(),
        finishes: 3,
        digital: false,
        plain: true,
        released: id,
    }
}

const M10: (&str, &str) = ("m10", "Magic 2010");
const M11: (&str, &str) = ("m11", "Magic 2011");
const KHC: (&str, &str) = ("khc", "Kaldheim Commander");

fn shelf() -> Shelf {
    let foil = Candidate { finishes: 2, ..printing(12, 1, M11, "149p") };
    Shelf::of(&[
        ("Lightning Bolt", &[printing(10, 1, M10, "146"), printing(11, 1, M11, "149"), foil]),
        ("Fire // Ice", &[printing(20, 2, M10, "7")]),
        ("Clue", &[printing(30, 3, KHC, "12★")]),
        ("Jötun Grunt", &[printing(40, 4, ("plst", "The List"), "CSP-8")]),
    ])
}

fn row(name: &str, set: Option<&str>, number: Option<&str>) -> Lot {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Lot { name: name.to_owned(), set_code: own(set), number: own(number), quantity: 1, ..Lot::default() }
}

fn found(lot: &Lot) -> (i32, MatchedBy, Vec<Code>) {
    let found = find(lot, &shelf()).unwrap();
    (found.printing.0, found.by, found.causes.iter().map(|cause| cause.code).collect())
}

#[test]
fn a_row_that_says_enough_is_exact() {
    let exact = |lot: &Lot, id, by| assert_eq!(found(lot), (id, by, Vec::new()), "{lot:?}");
    exact(&row("Lightning Bolt", Some("M11"), Some("149")), 11, MatchedBy::SetAndNumber);
    exact(&row("lightning  bolt", Some("m10"), None), 10, MatchedBy::SetAndName);
    exact(&row("Fire/Ice", None, None), 20, MatchedBy::Name);
    exact(&row("Fire", None, None), 20, MatchedBy::Name);
    exact(&row("Clue Token", Some("khc"), Some("12*")), 30, MatchedBy::SetAndNumber);
    exact(&row("Jotun Grunt", Some("plist"), Some("8")), 40, MatchedBy::SetAndNumber);
    exact(&row("", Some("m10"), Some("007/350")), 20, MatchedBy::SetAndNumber);
    let by_name = Lot { set_name: Some("Commander: Kaldheim".to_owned()), ..row("Clue", None, None) };
    exact(&by_name, 30, MatchedBy::SetAndName);
    let bracketed = Lot { set_name: Some("Core Set (M10)".to_owned()), ..row("Lightning Bolt", None, None) };
    exact(&bracketed, 10, MatchedBy::SetAndName);
}

#[test]
fn whatever_was_chosen_is_said() {
    let chosen = |lot: &Lot, id, causes: &[Code]| {
        let (printing, _, said) = found(lot);
        assert_eq!((printing, said.as_slice()), (id, causes), "{lot:?}");
    };
    chosen(&row("Lightning Bolt", None, None), 11, &[Code::SeveralPrintings]);
    chosen(&row("Lightning Bolt", Some("xyz"), Some("146")), 10, &[Code::SetUnknown]);
    chosen(&row("Lightning Bolt", Some("m10"), Some("999")), 10, &[Code::NumberUnknown]);
    chosen(&row("Blitzschlag", Some("m11"), Some("149")), 11, &[Code::NameDiffers]);
    let mut by_id = row("Fire // Ice", None, None);
    by_id.ids.cardmarket_product = Some(10);
    chosen(&by_id, 10, &[Code::NameDiffers]);
    by_id.ids.cardmarket_product = Some(99);
    chosen(&by_id, 20, &[Code::IdUnknown]);
}

#[test]
fn the_finish_tells_printings_apart() {
    let foil =
        Lot { finish: Some(dialects::Finish::Foil), ..row("Lightning Bolt", Some("m11"), Some("149p")) };
    assert_eq!(found(&foil), (12, MatchedBy::SetAndNumber, Vec::new()));
    let plain = Lot { finish: Some(dialects::Finish::Nonfoil), ..row("Lightning Bolt", Some("m11"), None) };
    assert_eq!(found(&plain), (11, MatchedBy::SetAndName, Vec::new()), "the other exists in foil alone");
}

#[test]
fn a_row_without_a_name_is_not_the_card_without_letters() {
    let shelf = Shelf::of(&[("_____", &[printing(50, 5, M10, "23")])]);
    let nameless = row("", None, None);
    assert_eq!(find(&nameless, &shelf).unwrap_err()[0].code, Code::NoSuchCard);
    assert_eq!(find(&row("_____", None, None), &shelf).unwrap().printing.0, 50);
}

#[test]
fn what_is_nowhere_is_said_to_be_nowhere() {
    let causes = find(&row("Black Lotus", Some("m10"), Some("1")), &shelf()).unwrap_err();
    assert_eq!(causes[0].code, Code::NoSuchCard);
    assert_eq!(causes[0].value.as_deref(), Some("Black Lotus"));
}
