/// What a file is, told by its first bytes: names are the user's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// Scryfall's list of sets.
    ScryfallSets,
    /// Scryfall's bulk cards, one object a line.
    ScryfallCards,
    /// Scryfall's list of merged and deleted printings.
    ScryfallMigrations,
    /// A table of Scryfall ids and Cardmarket products.
    Crosswalk,
    /// Card Kingdom's articles with Scryfall ids.
    CardKingdomLinks,
    /// Daily dollar prices of one set.
    Snapshot,
    /// Cardmarket's price guide.
    CardmarketGuide,
    /// Card Kingdom's price list.
    CardKingdomList,
    /// A recorded state of Card Kingdom's list.
    CardKingdomState,
    /// A tar archive of any of these.
    Archive,
}

/// Bytes of a file's unpacked beginning that `detect` wants.
pub const HEAD: usize = 4096;

/// The kind of a file that begins so; `None` if it is nothing that we read.
pub fn detect(head: &[u8]) -> Option<FileKind> {
    const TAR_MAGIC: std::ops::Range<usize> = 257..262;
    if head.get(TAR_MAGIC) == Some(b"ustar") {
        return Some(FileKind::Archive);
    }
    let text: String =
        String::from_utf8_lossy(head).chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect();
    let has = |part: &str| text.contains(part);
    Some(match text.as_str() {
        t if t.starts_with("mtgjson_uuid,scryfall_id") => FileKind::Crosswalk,
        t if !t.starts_with(['{', '[']) => return None,
        _ if has("\"priceGuides\":") => FileKind::CardmarketGuide,
        _ if has("\"currentAt\":") && has("\"current\":") => FileKind::CardKingdomState,
        _ if has("\"meta\":{\"created_at\":") => FileKind::CardKingdomList,
        _ if has("\"fields\":[\"sku\"") => FileKind::CardKingdomLinks,
        _ if has("\"migration_strategy\":") => FileKind::ScryfallMigrations,
        _ if has("\"card_count\":") && has("\"set_type\":") => FileKind::ScryfallSets,
        _ if has("\"play\":[") && has("\"updated\":") => FileKind::Snapshot,
        _ if has("\"collector_number\":") && has("\"lang\":") => FileKind::ScryfallCards,
        _ => return None,
    })
}
