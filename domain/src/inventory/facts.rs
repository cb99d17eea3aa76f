use aws_lc_rs::digest::{SHA256, digest};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::prices::{Condition, Finish, coded_enum};
use crate::{BinderId, PrintingId};

coded_enum! {
    /// State of a copy, by the seven European grades: finer than the five of the United States.
    Grade {
        /// As if never touched. United States: near mint.
        Mint = 1,
        /// United States: near mint.
        NearMint = 2,
        /// United States: lightly played.
        Excellent = 3,
        /// United States: lightly played.
        Good = 4,
        /// United States: moderately played.
        LightPlayed = 5,
        /// United States: heavily played.
        Played = 6,
        /// United States: damaged.
        Poor = 7,
    }
}

impl Grade {
    /// The grade of the United States by which such a copy is priced.
    pub fn condition(self) -> Condition {
        match self {
            Self::Mint | Self::NearMint => Condition::Nm,
            Self::Excellent | Self::Good => Condition::Lp,
            Self::LightPlayed => Condition::Mp,
            Self::Played => Condition::Hp,
            Self::Poor => Condition::Dmg,
        }
    }
}

coded_enum! {
    /// What a copy is printed in.
    Language {
        /// English.
        En = 1,
        /// French.
        Fr = 2,
        /// German.
        De = 3,
        /// Spanish.
        Es = 4,
        /// Italian.
        It = 5,
        /// Simplified Chinese.
        Zhs = 6,
        /// Japanese.
        Ja = 7,
        /// Portuguese.
        Pt = 8,
        /// Russian.
        Ru = 9,
        /// Korean.
        Ko = 10,
        /// Traditional Chinese.
        Zht = 11,
        /// Hebrew.
        He = 12,
        /// Latin.
        La = 13,
        /// Ancient Greek.
        Grc = 14,
        /// Arabic.
        Ar = 15,
        /// Sanskrit.
        Sa = 16,
        /// Phyrexian.
        Ph = 17,
        /// Quenya.
        Qya = 18,
    }
}

impl Language {
    /// The language of a code of Scryfall's, such as `ja`.
    pub(super) fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| format!("{language:?}").eq_ignore_ascii_case(code))
    }
}

/// An amount in any currency, in hundredths of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// Hundredths, zero or more.
    pub amount: i64,
    /// Its three letters, by ISO 4217.
    pub currency: String,
}

/// What a grading company says of a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grading {
    /// The company.
    pub grader: String,
    /// Its grade, as it writes it.
    pub grade: String,
    /// The number of its certificate.
    pub certificate: Option<String>,
}

/// Everything that copies of one lot have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The printing.
    pub printing: PrintingId,
    /// Its surface.
    pub finish: Finish,
    /// Its state.
    pub grade: Grade,
    /// What it is printed in.
    pub language: Language,
    /// Where it is.
    pub binder: Option<BinderId>,
    /// Paid for one copy.
    pub cost: Option<Paid>,
    /// When it came.
    pub acquired_on: Option<NaiveDate>,
    /// Its state in the words of whoever wrote it down.
    pub condition_text: Option<String>,
    /// What a grading company says.
    pub grading: Option<Grading>,
    /// By its artist.
    pub signed: bool,
    /// Painted over.
    pub altered: bool,
    /// Printed wrongly.
    pub misprint: bool,
    /// Whether its owner would trade it.
    pub for_trade: bool,
    /// Whether it is kept out of what is shown to others. Lots that are not hidden are found by what was written
    /// before there was such a fact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Its owner's words.
    pub notes: Option<String>,
    /// Its owner's marks, sorted, each once.
    pub tags: Vec<String>,
}

impl Facts {
    /// A copy of a printing of which nothing else is known.
    pub fn of(printing: PrintingId, finish: Finish) -> Self {
        Self {
            printing,
            finish,
            grade: Grade::NearMint,
            language: Language::En,
            binder: None,
            cost: None,
            acquired_on: None,
            condition_text: None,
            grading: None,
            signed: false,
            altered: false,
            misprint: false,
            for_trade: false,
            hidden: false,
            notes: None,
            tags: Vec::new(),
        }
    }

    /// The same facts as they are kept: texts without blanks at their ends, none where nothing is said, tags
    /// in order and each once.
    pub(crate) fn tidy(mut self) -> Self {
        let tidy =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        self.condition_text = tidy(self.condition_text);
        self.notes = tidy(self.notes);
        self.tags = self.tags.iter().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect();
        self.tags.sort_unstable();
        self.tags.dedup();
        if let Some(grading) = &mut self.grading {
            grading.grader = grading.grader.trim().to_owned();
            grading.grade = grading.grade.trim().to_owned();
            grading.certificate = tidy(grading.certificate.take());
        }
        self
    }

    /// Digest of the facts: one lot has it of each user. Lots are found by it for ever, so what is written
    /// here may grow but never change.
    pub(super) fn identity(&self) -> Uuid {
        let written = serde_json::to_vec(self).expect("facts are plain values");
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest(&SHA256, &written).as_ref()[..16]);
        Uuid::from_bytes(bytes)
    }
}
