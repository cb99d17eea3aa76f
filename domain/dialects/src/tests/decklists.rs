//! Decklists as people write them.

use crate::decklist::{Decklist, looks_like};
use crate::lot::{Lot, SECTION};
use crate::row::{Content, Reason, Skip};
use crate::words::Finish;

fn lot(line: &str) -> Lot {
    match Decklist::new(line).line(line).0 {
        Content::Lots(lots) => lots[0].clone(),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn lines_are_read_as_people_write_them() {
    for (line, quantity, name, code, number, finish) in [
        ("4 Lightning Bolt", 4, "Lightning Bolt", None, None, None),
        (
            "4x Lightning Bolt (M10) 146 *F*",
            4,
            "Lightning Bolt",
            Some("m10"),
            Some("146"),
            Some(Finish::Foil),
        ),
        ("1 Fire // Ice [APC]", 1, "Fire // Ice", Some("apc"), None, None),
        ("2 Forest <462> [LTR] (F)", 2, "Forest", Some("ltr"), Some("462"), Some(Finish::Foil)),
        ("1 Demonic Tutor (PLST) DDC-49", 1, "Demonic Tutor", Some("plst"), Some("DDC-49"), None),
        (
            "1 Aragorn, the Uniter (LTR) 741z *E*",
            1,
            "Aragorn, the Uniter",
            Some("ltr"),
            Some("741z"),
            Some(Finish::Etched),
        ),
        ("1 B.F.M. (Big Furry Monster)", 1, "B.F.M. (Big Furry Monster)", None, None, None),
        ("1 [MM2#12] Daybreak Coronet", 1, "Daybreak Coronet", Some("mm2"), Some("12"), None),
        ("1x Sol Ring (cmm) 400 [Ramp] ^Have,#37d67a^", 1, "Sol Ring", Some("cmm"), Some("400"), None),
        ("1 +2 Mace (AFR) 1", 1, "+2 Mace", Some("afr"), Some("1"), None),
    ] {
        let lot = lot(line);
        assert_eq!(
            (lot.quantity, lot.name.as_str(), lot.set_code.as_deref(), lot.number.as_deref(), lot.finish),
            (quantity, name, code, number, finish),
            "{line}"
        );
    }
}

#[test]
fn sideboards_are_told_by_headings_marks_or_one_blank_line() {
    for text in [
        "4 Duress\n\n2 Ponder",
        "4 Duress\nSideboard\n2 Ponder",
        "4 Duress\n// SIDEBOARD\n2 Ponder",
        "Deck\n4 Duress\nSIDEBOARD:\n2 Ponder",
        "4 Duress\nSB: 2 Ponder",
    ] {
        let mut list = Decklist::new(text);
        let lots: Vec<Lot> = text
            .lines()
            .filter_map(|line| match list.line(line).0 {
                Content::Lots(lots) => lots.first().cloned(),
                _ => None,
            })
            .collect();
        let sections: Vec<_> = lots.iter().map(|lot| lot.rest.get(SECTION).map(String::as_str)).collect();
        assert_eq!(sections, [None, Some("Sideboard")], "{text}");
    }
}

#[test]
fn other_lines_say_why_they_are_none() {
    let mut list = Decklist::new("");
    assert_eq!(list.line("// a comment").0, Content::Skipped(Skip::Heading));
    assert_eq!(list.line("Creatures (24)").0, Content::Skipped(Skip::Heading));
    assert_eq!(list.line("0 Sol Ring").0, Content::Skipped(Skip::NoCopies));
    assert!(matches!(list.line("nonsense").0, Content::Refused { reason: Reason::NotALine, .. }));
    assert!(looks_like("Deck\n4 Jace, the Mind Sculptor\n1 Sol Ring\n"));
    assert!(!looks_like("4,Lightning Bolt,M10,149\n2,Sol Ring,CMM,400\n"));
    assert!(!looks_like("a letter\nto nobody\n1 day\n"));
}
