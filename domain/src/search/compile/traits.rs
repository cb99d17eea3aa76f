//! Words of `is:` as SQL.

use ::search::{Flag, Trait};

use super::Sql;
use super::card::named;

/// Layouts that are no cards of the game, or not of its usual kind.
pub(crate) const EXTRA_LAYOUT: &str = "c.layout IN ('token', 'double_faced_token', 'emblem', 'art_series', \
     'planar', 'scheme', 'vanguard')";
/// Sets whose printings cannot be played with.
pub(in crate::search) const EXTRA_SET: &str =
    "p.set_id = ANY(ARRAY(SELECT id FROM mtg_sets WHERE set_type IN ('memorabilia', 'minigame')))";

const FUNNY: &str = "p.border_color = 'silver' OR p.security_stamp IN ('acorn', 'heart') OR \
     p.set_id = ANY(ARRAY(SELECT id FROM mtg_sets WHERE set_type = 'funny')) AND c.legal | c.restricted = 0";
const COMMANDER: &str = "c.layout NOT IN ('token', 'double_faced_token') AND \
     (split_part(c.type_line, ' // ', 1) ~ '^Legendary .*(Creature|Vehicle|Spacecraft|Background)' \
     OR strpos(c.oracle_plain, 'can be your commander') > 0)";

/// Whether the trait differs between printings of one card.
pub(super) fn is_about_printings(member: Trait) -> bool {
    member == Trait::Extra || of_a_card(member).is_none()
}

/// Adds the condition if it is one of a card.
pub(super) fn of_card(sql: &mut Sql, flag: Flag) -> bool {
    match flag {
        Flag::Layout(word) => drop(sql.push("c.layout = ").text(word)),
        Flag::Nickname(nickname) => named(sql, nickname.cards()),
        Flag::Trait(member) => match of_a_card(member) {
            Some(condition) => drop(sql.push(condition)),
            None => return false,
        },
        Flag::PromoType(_) | Flag::FrameEffect(_) => return false,
    }
    true
}

fn of_a_card(member: Trait) -> Option<&'static str> {
    Some(match member {
        Trait::Reserved => "c.reserved",
        Trait::GameChanger => "c.game_changer",
        Trait::Commander => COMMANDER,
        Trait::DoubleFaced => {
            "c.layout IN ('transform', 'modal_dfc', 'double_faced_token', 'reversible_card')"
        }
        Trait::ModalDoubleFaced => "c.layout = 'modal_dfc'",
        Trait::Token => "c.layout IN ('token', 'double_faced_token')",
        Trait::SinglePrinting => "c.printing_count = 1",
        Trait::Permanent => "c.type_line ~ '(Artifact|Battle|Creature|Enchantment|Land|Planeswalker)'",
        Trait::Spell => "c.type_line ~ '(Artifact|Battle|Creature|Enchantment|Instant|Planeswalker|Sorcery)'",
        Trait::Historic => "c.type_line ~ '(Artifact|Legendary|Saga)'",
        Trait::Party => "c.type_line ~ 'Creature.*(Cleric|Rogue|Warrior|Wizard)'",
        Trait::Outlaw => "c.type_line ~ '(Assassin|Mercenary|Pirate|Rogue|Warlock)'",
        Trait::Vanilla => "c.oracle_plain = '' AND c.type_line LIKE '%Creature%'",
        Trait::Bear => {
            "c.mana_value = 2 AND c.power_value = 2 AND c.toughness_value = 2 AND c.type_line LIKE '%Creature%'"
        }
        Trait::Modal => {
            "c.oracle_plain ~ 'choose (one|two|three|four|any number|up to)' AND strpos(c.oracle_plain, '•') > 0"
        }
        Trait::Hybrid => "c.mana_cost ~ '[{][WUBRGC2]/[WUBRG]'",
        Trait::Phyrexian => "c.mana_cost LIKE '%/P}%' OR c.oracle_plain LIKE '%/p}%'",
        Trait::Partner => "c.oracle_plain ~ '(^|\\n)partner'",
        Trait::Companion => "strpos(c.oracle_plain, 'companion - ') > 0",
        Trait::CreatureLand => "c.type_line LIKE '%Land%' AND c.oracle_plain ~ 'becomes? an? [^.]*creature'",
        _ => return None,
    })
}

/// The condition of a trait that printings have.
pub(super) fn of_printing(member: Trait) -> &'static str {
    match member {
        Trait::Foil => "p.finishes & 2 <> 0",
        Trait::Nonfoil => "p.finishes & 1 <> 0",
        Trait::Etched => "p.finishes & 4 <> 0",
        Trait::Promo => "p.promo",
        Trait::Reprint => "p.reprint",
        Trait::Digital => "p.digital",
        Trait::FullArt => "p.full_art",
        Trait::Borderless => "p.border_color = 'borderless'",
        Trait::Textless => "p.textless",
        Trait::Oversized => "p.oversized",
        Trait::Booster => "p.booster",
        Trait::Variation => "p.variation",
        Trait::Funny => FUNNY,
        Trait::Masterpiece => "p.set_id = ANY(ARRAY(SELECT id FROM mtg_sets WHERE set_type = 'masterpiece'))",
        Trait::OldFrame => "p.frame IN ('1993', '1997')",
        Trait::NewFrame => "p.frame = '2015'",
        Trait::UniversesBeyond => "'universesbeyond' = ANY(p.promo_types) OR p.security_stamp = 'triangle'",
        Trait::Extra => {
            "c.layout IN ('token', 'double_faced_token', 'emblem', 'art_series', 'planar', 'scheme', 'vanguard') \
             OR p.set_id = ANY(ARRAY(SELECT id FROM mtg_sets WHERE set_type IN ('memorabilia', 'minigame')))"
        }
        // The others are traits of cards.
        other => of_a_card(other).unwrap_or("true"),
    }
}
