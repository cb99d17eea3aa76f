//! What the real catalogue's cards are like: pairs that every player knows, among every fourth card of the
//! catalogue: to learn from all of them takes minutes without optimisation.

use domain::catalog::{self, ObservedAt, Origin};
use domain::similar::{Wanted, Wish, refresh_embeddings, similar};
use tests::TestApp;

/// Cards, and what must be among their ten nearest.
const PAIRS: &[(&str, &[&str])] = &[
    ("Lightning Bolt", &["Chain Lightning", "Shock", "Burst Lightning", "Lightning Strike", "Open Fire"]),
    ("Counterspell", &["Cancel", "Dissolve", "Dissipate"]),
    ("Mana Leak", &["Rune Snag", "Convolute", "Quench"]),
    ("Llanowar Elves", &["Elvish Mystic", "Fyndhorn Elves", "Boreal Druid"]),
    ("Wrath of God", &["Damnation", "Day of Judgment"]),
    ("Swords to Plowshares", &["Path to Exile", "Condemn"]),
    ("Sol Ring", &["Mana Vault", "Grim Monolith", "Mana Crypt", "Basalt Monolith"]),
    ("Bayou", &["Tropical Island", "Taiga", "Savannah", "Scrubland"]),
    ("Polluted Delta", &["Flooded Strand", "Bloodstained Mire", "Windswept Heath", "Scalding Tarn"]),
    ("Watery Grave", &["Godless Shrine", "Steam Vents", "Overgrown Tomb", "Sacred Foundry"]),
    ("Dark Ritual", &["Cabal Ritual"]),
    ("Serra Angel", &["Archangel"]),
    ("Divination", &["Inspiration", "Counsel of the Soratami"]),
    ("Duress", &["Inquisition of Kozilek", "Thoughtseize", "Despise"]),
    ("Giant Growth", &["Titanic Growth", "Brute Strength", "Mighty Leap"]),
    ("Naturalize", &["Disenchant", "Demystify", "Smash to Smithereens"]),
    ("Demonic Tutor", &["Diabolic Tutor", "Grim Tutor"]),
    ("Birds of Paradise", &["Noble Hierarch", "Utopia Tree"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn cards_that_players_compare_are_near() {
    let folder = std::env::var_os("DUALCASTER_DATA")
        .map_or_else(|| tests::project().join("../shared/data"), Into::into);
    let path = folder.join("cards/scryfall-cards-2019-09.jsonl.zst");
    if !path.exists() {
        println!("skipped: no data pack");
        return;
    }
    let app = TestApp::new().await;
    let ctx = app.ctx();
    let file =
        markets::packed::unpack(std::fs::File::open(&path).unwrap(), markets::packed::BytesRead::default());
    let at = catalog::time_in_name("2019-09").unwrap();
    let observed = ObservedAt { file: at, lines: Default::default() };
    catalog::import_cards(&ctx, Origin::Real, "cards", file.unwrap(), observed, false).await.unwrap();
    let named: Vec<&str> =
        PAIRS.iter().flat_map(|(name, likes)| likes.iter().chain([name])).copied().collect();
    let drop =
        "UPDATE cards SET layout = 'token' WHERE name <> ALL ($1) AND right(oracle_id::text, 1) !~ '[0-3]'";
    app.sql(drop, &[&named]).await;
    let began = std::time::Instant::now();
    let done = refresh_embeddings(&ctx, None, |_, _| {}).await.unwrap();
    println!("{} cards in {:?}", done.cards, began.elapsed());
    let (mut right, mut all) = (0, 0);
    for (name, likes) in PAIRS {
        let rows = app.sql("SELECT id FROM cards WHERE name = $1", &[name]).await;
        let card = domain::CardId(rows[0].get(0));
        let wanted = Wanted { card, count: 10, after: None, wish: Wish::default() };
        let found = similar(&ctx, std::slice::from_ref(&wanted)).await.unwrap().remove(&wanted).unwrap();
        let ids: Vec<i32> = found.hits.iter().map(|hit| hit.card.0).collect();
        let query = "SELECT c.name FROM unnest($1::int[]) WITH ORDINALITY w (id, place) JOIN cards c USING (id) ORDER BY place";
        let near: Vec<String> = app.sql(query, &[&ids]).await.iter().map(|row| row.get(0)).collect();
        let known = app.sql("SELECT name FROM cards WHERE name = ANY ($1)", &[likes]).await;
        let known: Vec<String> = known.iter().map(|row| row.get(0)).collect();
        let hits = known.iter().filter(|like| near.contains(like)).count();
        right += hits;
        all += known.len().min(10);
        let missing: Vec<_> = known.iter().filter(|like| !near.contains(like)).collect();
        println!("{name}: {hits} of {}, missing {missing:?}; {near:?}", known.len());
    }
    let recall = right as f64 / all as f64;
    println!("recall@10: {recall:.3} ({right} of {all})");
    assert!(recall >= 0.6, "{recall}");
}
