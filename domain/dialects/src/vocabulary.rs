//! The words that each app has for languages, finishes and flags, and how it writes numbers.

use crate::dates::Slashes;
use crate::grades::Grades;
use crate::words::{CODES, Finish, Language, LanguageWords, key};

/// An app's words for languages.
pub(crate) struct Languages {
    /// What is written for each.
    pub prints: LanguageWords,
    /// Keys that mean something else here than elsewhere; `None`: nobody knows what.
    pub reads: &'static [(&'static str, Option<Language>)],
}

const COMMON_LANGUAGES: [(Language, &[&str]); 18] = [
    (Language::En, &["english", "en"]),
    (Language::Es, &["spanish", "es", "sp"]),
    (Language::Fr, &["french", "fr"]),
    (Language::De, &["german", "de"]),
    (Language::It, &["italian", "it"]),
    (Language::Pt, &["portuguese", "pt", "portuguesebrazilian", "portuguesebrazil", "ptbr"]),
    (Language::Ja, &["japanese", "ja", "jp"]),
    (Language::Ko, &["korean", "ko", "kr"]),
    (Language::Ru, &["russian", "ru"]),
    (Language::Zhs, &["simplifiedchinese", "chinesesimplified", "zhs", "cs", "zhcn", "zhhans"]),
    (Language::Zht, &["traditionalchinese", "chinesetraditional", "zht", "ct", "zhtw", "zhhant", "tw"]),
    (Language::He, &["hebrew", "he"]),
    (Language::La, &["latin", "la"]),
    (Language::Grc, &["ancientgreek", "grc"]),
    (Language::Ar, &["arabic", "ar"]),
    (Language::Sa, &["sanskrit", "sa"]),
    (Language::Ph, &["phyrexian", "ph"]),
    (Language::Qya, &["quenya", "qya"]),
];

const fn with_chinese(
    mut words: LanguageWords,
    simple: &'static str,
    traditional: &'static str,
) -> LanguageWords {
    words[Language::Zhs as usize] = simple;
    words[Language::Zht as usize] = traditional;
    words
}

const NAMES: LanguageWords = [
    "English",
    "Spanish",
    "French",
    "German",
    "Italian",
    "Portuguese",
    "Japanese",
    "Korean",
    "Russian",
    "Simplified Chinese",
    "Traditional Chinese",
    "Hebrew",
    "Latin",
    "Ancient Greek",
    "Arabic",
    "Sanskrit",
    "Phyrexian",
    "Quenya",
];

/// Dragon Shield takes a plain `Chinese` for English, so nobody knows what it means there.
pub(crate) const LANGUAGE_NAMES: Languages = Languages { prints: NAMES, reads: &[("chinese", None)] };

/// Moxfield and Deckbox.
pub(crate) const PLAIN_CHINESE: Languages = Languages {
    prints: with_chinese(NAMES, "Chinese", "Traditional Chinese"),
    reads: &[("chinese", Some(Language::Zhs))],
};

pub(crate) const LANGUAGE_CODES: Languages = Languages { prints: CODES, reads: &[] };

pub(crate) const MANABOX_LANGUAGES: Languages =
    Languages { prints: with_chinese(CODES, "zh_CN", "zh_TW"), reads: &[] };

pub(crate) const UPPER_CODES: Languages = Languages {
    prints: [
        "EN", "ES", "FR", "DE", "IT", "PT", "JP", "KR", "RU", "CS", "CT", "HE", "LA", "GRC", "AR", "SA",
        "PH", "QYA",
    ],
    reads: &[],
};

pub(crate) const CARDMARKET_LANGUAGES: Languages = Languages {
    prints: ["1", "4", "2", "3", "5", "8", "7", "10", "9", "6", "11", "", "", "", "", "", "", ""],
    reads: &[],
};

/// MTG Manager's numbers; it has none for traditional Chinese.
pub(crate) const NUMBERED_LANGUAGES: Languages = Languages {
    prints: ["0", "4", "2", "1", "3", "5", "6", "9", "8", "7", "", "", "", "", "", "", "", ""],
    reads: &[],
};

impl Languages {
    /// The language that a word stands for.
    pub(crate) fn read(&self, text: &str) -> Option<Language> {
        let key = key(text);
        if key.is_empty() {
            return None;
        }
        if let Some((_, meant)) = self.reads.iter().find(|(known, _)| *known == key) {
            return *meant;
        }
        let printed = self.prints.iter().position(|word| !word.is_empty() && self::key(word) == key);
        let common = COMMON_LANGUAGES.iter().find(|(_, keys)| keys.contains(&key.as_str()));
        printed.map(|at| Language::ALL[at]).or(common.map(|(language, _)| *language))
    }
}

/// An app's words for finishes.
pub(crate) struct Finishes {
    /// What is written for nonfoil, foil and etched.
    pub prints: [&'static str; 3],
    /// What an empty cell says.
    pub blank: Option<Finish>,
    /// Whether the app writes names of special finishes.
    pub special: bool,
}

const fn finishes(prints: [&'static str; 3]) -> Finishes {
    Finishes { prints, blank: Some(Finish::Nonfoil), special: false }
}

pub(crate) const NORMAL_FOIL: Finishes = finishes(["normal", "foil", "etched"]);
pub(crate) const BLANK_FOIL: Finishes = finishes(["", "foil", "etched"]);
pub(crate) const BLANK_FOIL_ONLY: Finishes = finishes(["", "foil", "foil"]);
pub(crate) const BLANK_ONE: Finishes = finishes(["", "1", "1"]);
pub(crate) const ZERO_ONE: Finishes = finishes(["0", "1", "1"]);
pub(crate) const YES_NO: Finishes = finishes(["No", "Yes", "Yes"]);
pub(crate) const TRUE_FALSE: Finishes = finishes(["FALSE", "TRUE", "TRUE"]);
pub(crate) const NORMAL_FOIL_ETCHED: Finishes = finishes(["Normal", "Foil", "Etched"]);
pub(crate) const GOLDFISH_FINISHES: Finishes = finishes(["REGULAR", "FOIL", "FOIL_ETCHED"]);
pub(crate) const SCRYFALL_FINISHES: Finishes = finishes(["nonfoil", "foil", "etched"]);
/// An empty cell says nothing: some rows leave it out for cards that are only etched.
pub(crate) const NAMED_FINISHES: Finishes =
    Finishes { prints: ["Normal", "Foil", "Etched Foil"], blank: None, special: true };
pub(crate) const OWN_FINISHES: Finishes =
    Finishes { prints: ["nonfoil", "foil", "etched"], blank: None, special: false };

/// What a cell says about the finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FinishRead {
    /// Nothing.
    Blank,
    /// A finish and no more.
    Plain(Finish),
    /// A finish with a name of its own.
    Special(Finish),
    /// A word that is not known.
    Unknown,
}

impl Finishes {
    /// The finish that a word stands for.
    pub(crate) fn read(&self, text: &str) -> FinishRead {
        let key = key(text);
        let small = text.to_lowercase();
        match key.as_str() {
            "" if text.is_empty() => self.blank.map_or(FinishRead::Blank, FinishRead::Plain),
            "normal" | "nonfoil" | "regular" | "no" | "n" | "false" | "0" => {
                FinishRead::Plain(Finish::Nonfoil)
            }
            "foil" | "yes" | "y" | "true" | "1" | "x" => FinishRead::Plain(Finish::Foil),
            "etched" | "foiletched" | "etchedfoil" => FinishRead::Plain(Finish::Etched),
            _ if small.ends_with(" etched foil") || small.ends_with(" foil etched") => {
                FinishRead::Special(Finish::Etched)
            }
            _ if small.ends_with(" foil") && !small.ends_with("non foil") => {
                FinishRead::Special(Finish::Foil)
            }
            _ => FinishRead::Unknown,
        }
    }
}

/// How an app writes collector numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// As they are.
    Plain,
    /// `116/350`.
    OfTotal,
    /// `0049`.
    Padded,
}

/// How an app writes several tags in one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagStyle {
    /// With commas between.
    Commas,
    /// As a JSON array.
    Json,
}

/// How an app writes the cells of a row.
pub(crate) struct Words {
    /// Its grades.
    pub grades: &'static Grades,
    /// Its languages.
    pub languages: &'static Languages,
    /// Its finishes.
    pub finishes: &'static Finishes,
    /// What it writes for no and yes.
    pub flags: [&'static str; 2],
    /// Its dates.
    pub slashes: Slashes,
    /// Whether it writes a time after the day.
    pub times: bool,
    /// Whether it writes set codes in capitals.
    pub capitals: bool,
    /// Its collector numbers.
    pub numbers: Numbers,
    /// Whether it writes a currency's symbol before the amount.
    pub symbols: bool,
    /// Whether its condition also says finish and language: `Near Mint Foil - Japanese`.
    pub composite: bool,
    /// Its tags.
    pub tags: TagStyle,
}
