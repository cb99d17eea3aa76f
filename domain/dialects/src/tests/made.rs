//! Lots of every kind.

use std::collections::BTreeMap;

use crate::{Binder, BinderKind, Cost, Finish, Grade, Ids, Language, Lot, SECTION};
use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

const NAMES: &str = "(Lightning Bolt|Fire // Ice|Jötun Grunt|Æther Vial|Lim-Dûl's Vault|\\+2 Mace|Aragorn, the Uniter|1996 World Champion|B\\.F\\.M\\. \\(Big Furry Monster\\)|[A-Z][a-z]{2,9}( [a-z]{2,9})?)";
const WORDS: &str = "[=+@\\-']{0,3}[A-Za-z0-9\"€é=;'][A-Za-z0-9 ;\t\"€é=+@']{0,12}[a-z=]";

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(WORDS.prop_map(|text| text.replace('\t', " ")))
}

fn day() -> impl Strategy<Value = Option<NaiveDate>> {
    proptest::option::of((2000..2030i32, 1..13u32, 1..29u32))
        .prop_map(|day| day.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day)))
}

fn cost() -> impl Strategy<Value = Option<Cost>> {
    let currency =
        proptest::option::of(proptest::sample::select(vec!["USD", "EUR", "GBP", "CAD", "JPY", "CHF"]));
    proptest::option::of((1..10_000_000i64, currency)).prop_map(|cost| {
        cost.map(|(minor, code)| Cost { minor, currency: code.and_then(|code| code.parse().ok()) })
    })
}

fn ids() -> impl Strategy<Value = Ids> {
    let number = || proptest::option::of(1..9_000_000u64);
    let uuid = || proptest::option::of((1..u128::MAX).prop_map(Uuid::from_u128));
    (uuid(), uuid(), number(), number(), 1..9_000_000u64, number(), number()).prop_map(
        |(scryfall, oracle, tcgplayer_product, tcgplayer_sku, cardmarket_product, multiverse, mtgo)| Ids {
            scryfall,
            oracle,
            tcgplayer_product,
            tcgplayer_sku,
            // Without it Cardmarket's file could not say which card it is.
            cardmarket_product: Some(cardmarket_product),
            multiverse,
            mtgo,
        },
    )
}

fn binder() -> impl Strategy<Value = Option<Binder>> {
    let kinds = vec![BinderKind::Binder, BinderKind::Deck, BinderKind::List];
    proptest::option::of((WORDS, proptest::option::of(proptest::sample::select(kinds))))
        .prop_map(|binder| binder.map(|(name, kind)| Binder { name: name.replace('\t', " "), kind }))
}

prop_compose! {
    fn kinds()(
        finish in proptest::option::of(proptest::sample::select(Finish::ALL.to_vec())),
        grade in proptest::option::of(proptest::sample::select(Grade::ALL.to_vec())),
        language in proptest::option::of(proptest::sample::select(Language::ALL.to_vec())),
        flags in any::<[bool; 5]>(),
        finish_text in text(),
        condition_text in text(),
    ) -> Lot {
        let [signed, altered, misprint, proxy, hidden] = flags;
        Lot {
            finish, grade, language, finish_text, condition_text, signed, altered, misprint, proxy, hidden,
            ..Lot::default()
        }
    }
}

prop_compose! {
    pub fn lots()(
        kinds in kinds(),
        name in NAMES,
        set in (proptest::option::of("[a-z0-9]{3,5}"), text()),
        number in proptest::option::of("([1-9][0-9]{0,3}[a-z★]?|[A-Z]{3}-[1-9][0-9]{0,2})"),
        copies in (1..5000u32, 0..5000u32),
        ids in ids(),
        cost in cost(),
        acquired in day(),
        binder in binder(),
        tags in proptest::collection::vec("[=+@\\-]?[A-Za-z'][A-Za-z0-9 '\"]{0,8}[a-z]", 0..4),
        notes in text(),
        rest in proptest::collection::btree_map("[A-Z][a-z]{2,6} [a-z]{2,4}", WORDS, 0..3),
        aside in any::<bool>(),
    ) -> Lot {
        let mut rest: BTreeMap<String, String> =
            rest.into_iter().map(|(name, text)| (name, text.replace('\t', " "))).collect();
        if aside {
            rest.insert(SECTION.to_owned(), "Sideboard".to_owned());
        }
        let binder = binder.filter(|binder| !binder.name.is_empty());
        Lot {
            name, set_code: set.0, set_name: set.1, number, quantity: copies.0, for_trade: copies.1.min(copies.0),
            ids, cost, acquired, binder, tags, notes, rest, ..kinds
        }
    }
}
