//! Words of apps.

use crate::dialect::Dialect;
use crate::grades::{CARDMARKET_GRADES, MOXFIELD_GRADES, NUMBERED_GRADES, TCGPLAYER_GRADES};
use crate::vocabulary::Languages;
use crate::vocabulary::{
    CARDMARKET_LANGUAGES, FinishRead, LANGUAGE_NAMES, NAMED_FINISHES, NUMBERED_LANGUAGES,
};
use crate::vocabulary::{MANABOX_LANGUAGES, PLAIN_CHINESE, UPPER_CODES};
use crate::words::{Finish, Grade, Language};

#[test]
fn the_same_letters_are_different_grades_in_different_apps() {
    let grade = |grades: &crate::grades::Grades, text| grades.read(text).map(|(grade, _)| grade);
    assert_eq!(grade(&CARDMARKET_GRADES, "LP"), Some(Grade::LightPlayed));
    assert_eq!(grade(&TCGPLAYER_GRADES, "LP"), Some(Grade::Good));
    assert_eq!(grade(&MOXFIELD_GRADES, "Good (Lightly Played)"), Some(Grade::Good));
    assert_eq!(grade(&MOXFIELD_GRADES, "Played"), Some(Grade::LightPlayed));
    assert_eq!(grade(&MOXFIELD_GRADES, "Heavily Played"), Some(Grade::Played));
    for (code, expected) in [("0", Grade::Mint), ("1", Grade::NearMint), ("5", Grade::Poor)] {
        assert_eq!(grade(&NUMBERED_GRADES, code), Some(expected), "{code}");
    }
    assert_eq!(grade(&MOXFIELD_GRADES, "rather nice"), None);
}

#[test]
fn languages_are_read_in_every_app_s_words() {
    for (words, text, expected) in [
        (&MANABOX_LANGUAGES, "zh_CN", Some(Language::Zhs)),
        (&MANABOX_LANGUAGES, "zh_TW", Some(Language::Zht)),
        (&UPPER_CODES, "JP", Some(Language::Ja)),
        (&UPPER_CODES, "CT", Some(Language::Zht)),
        (&PLAIN_CHINESE, "Chinese", Some(Language::Zhs)),
        (&LANGUAGE_NAMES, "Chinese", None),
        (&LANGUAGE_NAMES, "Portuguese (Brazilian)", Some(Language::Pt)),
        (&CARDMARKET_LANGUAGES, "4", Some(Language::Es)),
        (&CARDMARKET_LANGUAGES, "11", Some(Language::Zht)),
        (&NUMBERED_LANGUAGES, "1", Some(Language::De)),
        (&NUMBERED_LANGUAGES, "7", Some(Language::Zhs)),
        (&LANGUAGE_NAMES, "", None),
        (&LANGUAGE_NAMES, "Klingon", None),
    ] {
        assert_eq!(words.read(text), expected, "{text}");
    }
}

#[test]
fn special_foils_are_foils_with_a_name() {
    assert_eq!(NAMED_FINISHES.read("Surge Foil"), FinishRead::Special(Finish::Foil));
    assert_eq!(NAMED_FINISHES.read("Step and Compleat Foil"), FinishRead::Special(Finish::Foil));
    assert_eq!(NAMED_FINISHES.read("Foil Etched"), FinishRead::Plain(Finish::Etched));
    assert_eq!(NAMED_FINISHES.read("/foil"), FinishRead::Plain(Finish::Foil));
    assert_eq!(NAMED_FINISHES.read(""), FinishRead::Blank);
    assert_eq!(NAMED_FINISHES.read("sparkly"), FinishRead::Unknown);
}
#[test]
fn numbers_stand_for_the_languages_that_their_shops_say() {
    let read = |words: &Languages, numbers: std::ops::RangeInclusive<u8>| -> Vec<&str> {
        numbers.map(|number| words.read(&number.to_string()).map_or("", Language::code)).collect()
    };
    let cardmarket = ["en", "fr", "de", "es", "it", "zhs", "ja", "pt", "ru", "ko", "zht"];
    assert_eq!(read(&CARDMARKET_LANGUAGES, 1..=11), cardmarket);
    let manager = ["en", "de", "fr", "it", "es", "pt", "ja", "zhs", "ru", "ko"];
    assert_eq!(read(&NUMBERED_LANGUAGES, 0..=9), manager);
    assert_eq!((CARDMARKET_LANGUAGES.read("12"), NUMBERED_LANGUAGES.read("10")), (None, None));
}

/// One row for each grade, best first.
#[test]
fn grades_are_written_in_every_app_s_words() {
    let table = [
        ["Mint", "mint", "Mint", "Mint", "Mint", "NM", "1"],
        ["Near Mint", "near_mint", "NearMint", "Near Mint", "Near Mint", "NM", "2"],
        ["Near Mint", "excellent", "Excellent", "Near Mint", "Lightly Played", "NM", "3"],
        ["Good (Lightly Played)", "good", "Good", "Good (Lightly Played)", "Lightly Played", "LP", "4"],
        ["Played", "light_played", "LightPlayed", "Played", "Moderately Played", "MP", "5"],
        ["Heavily Played", "played", "Played", "Heavily Played", "Heavily Played", "HP", "6"],
        ["Damaged", "poor", "Poor", "Poor", "Damaged", "D", "7"],
    ];
    let apps = [
        Dialect::Moxfield,
        Dialect::Manabox,
        Dialect::DragonShield,
        Dialect::Deckbox,
        Dialect::TcgplayerApp,
        Dialect::Archidekt,
        Dialect::Cardmarket,
    ];
    for (grade, row) in Grade::ALL.into_iter().zip(table) {
        for (app, expected) in apps.into_iter().zip(row) {
            let grades = crate::tables::of(app).words.grades;
            assert_eq!(grades.prints[grade as usize], expected, "{app:?} {grade:?}");
            let (back, _) = grades.read(expected).unwrap();
            let first = apps.iter().position(|other| *other == app).unwrap();
            let shared = table.iter().filter(|other| other[first] == expected).count() > 1;
            assert!(back == grade || shared, "{app:?}: {expected} is read as {back:?}");
        }
    }
}
