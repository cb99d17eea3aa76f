//! The public schema: the file says what the server does, and everything in it is explained.

use serde_json::Value;
use tests::project;

/// Lists of objects that need no `first`, because what they hold is bounded by nature.
const BOUNDED: [(&str, &str); 75] = [
    ("DeleteWantListPayload.errors", "one per fault of one input"),
    ("PasteWantsPayload.errors", "one per fault of one input"),
    ("PasteWantsPayload.refused", "a text has at most 1,000 lines"),
    ("Viewer.wantLists", "at most 100"),
    ("Want.prices", "one per source"),
    ("Want.sets", "at most 100, says its description"),
    ("WantListPayload.errors", "one per fault of one input"),
    ("SharePayload.errors", "one per fault of one input"),
    ("SharedTotals.values", "two currencies"),
    ("SharedWant.sets", "at most 100, says its description"),
    ("UnsharePayload.errors", "one per fault of one input"),
    ("Viewer.shares", "at most 600, says its description"),
    ("Viewer.savedSearches", "at most 50, says its description"),
    ("SavedSearchPayload.errors", "one per fault of one input"),
    ("DeleteSavedSearchPayload.errors", "one per fault of one input"),
    ("SavedSearchesUpdate.searches", "at most 50, says its description"),
    ("WantListUpdate.wants", "at most 100, says its description"),
    ("WantsPayload.errors", "some per want of at most 100"),
    ("WantsPayload.wants", "at most 100, says its description"),
    ("Notification.deliveries", "at most one per channel"),
    ("NotificationsPayload.errors", "one per fault of one input"),
    ("NotificationPreferencesPayload.errors", "one per fault of one input"),
    ("Query.inventoryExportFormats", "as many as the program knows"),
    ("Alert.lastEvents", "at most 20, says its description"),
    ("AlertPayload.errors", "one per fault of one input"),
    ("AlertSimulation.times", "at most 100, says its description"),
    ("AlertSimulationPayload.errors", "one per fault of one input"),
    ("AlertUpdate.events", "at most 100, says its description"),
    ("DeleteAlertPayload.errors", "one per fault of one input"),
    ("BinderPayload.errors", "one per fault of one input"),
    ("DiscardImportPayload.errors", "one per fault of one input"),
    ("ImportPayload.errors", "one per fault of one input"),
    ("ImportRowPayload.errors", "one per fault of one input"),
    ("StartImportPayload.errors", "one per fault of one input"),
    ("InventoryImport.columns", "a table has some dozens, and 500 are told apart"),
    ("InventoryImportRow.causes", "a handful per row"),
    ("InventoryChange.movements", "at most 100, says its description"),
    ("InventoryPayload.errors", "some per lot of at most 100"),
    ("InventoryPayload.lots", "at most 100, says its description"),
    ("InventoryUpdate.lots", "at most 100, says its description"),
    ("Viewer.binders", "at most 500"),
    ("Portfolio.allocation", "twenty parts and the rest"),
    ("Portfolio.shares", "one per source"),
    ("Card.faces", "a card has at most a handful"),
    ("Card.legalities", "one per format"),
    ("Card.legalityChanges", "a few per format over the years; the resolver takes the newest 100"),
    ("Card.rulings", "a card has at most some dozens"),
    ("Card.tournamentDecks", "one per format"),
    ("CardUpdate.prices", "the current prices of one card's printings that changed"),
    ("DataStatus.loads", "the newest few"),
    ("DataStatus.sources", "one per source"),
    ("Job.errors", "at most twelve"),
    ("JobsUpdate.jobs", "at most 100, says its description"),
    ("MarketOverview.sources", "one per source"),
    ("MarketUpdate.prices", "at most 100, says its description"),
    ("NewsArticle.mentions", "what a title and 500 letters name"),
    ("PriceSeries.samples", "at most 400 points, see interval"),
    ("Printing.images", "two sides"),
    ("Query.exchangeRates", "one per currency of the bank, some thirty"),
    ("Query.tournamentFormats", "at most 100, the most played"),
    ("SystemHealth.backlog", "one per kind of job and state"),
    ("SystemHealth.schedules", "as many as the program has"),
    ("SystemHealth.sources", "as many as the program knows"),
    ("TournamentDeck.cards", "at most 300 different ones are stored"),
    ("Printing.latestPrices", "one per source and finish"),
    ("Printing.priceHistory", "one per source and finish"),
    ("Printing.prices", "one per source, kind, finish, condition and currency"),
    ("Query.currentPrices", "of at most 100 printings"),
    ("Query.newsFeeds", "an operator's handful"),
    ("Query.schedules", "as many as the program has"),
    ("Query.nodes", "of at most 100 ids"),
    ("Query.priceHistory", "one per source and finish"),
    ("Viewer.linkedAccounts", "one per provider"),
    ("InventoryLotConnection.warnings", "as many as the query has terms"),
    ("SearchConnection.warnings", "as many as the query has terms"),
];

const INTROSPECTION: &str = "{ __schema { types { kind name description \
    fields(includeDeprecated: true) { name description type { ...T } args { name description defaultValue } } \
    inputFields { name description } enumValues(includeDeprecated: true) { name description } } } } \
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

#[test]
fn the_schema_file_is_the_schema() {
    let path = project().join("schema.graphql");
    let file = std::fs::read_to_string(&path).unwrap();
    let served = domain::root::schema().finish().sdl();
    let differs = file.lines().zip(served.lines()).find(|(file, served)| file != served);
    assert!(
        file == served,
        "run `make generate-types`; schema.graphql and the server differ at {differs:#?}"
    );
}

#[tokio::test]
async fn everything_is_described() {
    let mut bare = Vec::new();
    for kind in types().await {
        let name = text(&kind, "name");
        let mut note = |item: &Value, place: String| {
            if text(item, "description").trim().is_empty() {
                bare.push(place);
            }
        };
        // What the relay specification defines is known to every client.
        let standard = ["Connection", "Edge"].iter().any(|end| name.ends_with(end));
        if !standard {
            note(&kind, name.to_owned());
        }
        for part in ["fields", "inputFields", "enumValues"] {
            for item in list(&kind, part).filter(|_| !standard) {
                note(item, format!("{name}.{}", text(item, "name")));
                for argument in list(item, "args").filter(|argument| !is_paging(argument)) {
                    note(argument, format!("{name}.{}({})", text(item, "name"), text(argument, "name")));
                }
            }
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

#[tokio::test]
async fn every_list_is_bounded() {
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    for kind in types().await {
        for field in list(&kind, "fields") {
            let place = format!("{}.{}", text(&kind, "name"), text(field, "name"));
            let (is_list, of) = unwrap(&field["type"]);
            // The lists inside a connection are the page itself.
            let paged = text(&kind, "name").ends_with("Connection")
                && ["edges", "nodes"].contains(&text(field, "name"));
            let listed = is_list && ["OBJECT", "INTERFACE", "UNION"].contains(&text(of, "kind")) && !paged;
            if !listed && !text(of, "name").ends_with("Connection") {
                continue;
            }
            let first = list(field, "args").find(|argument| text(argument, "name") == "first");
            let default = first.and_then(|first| first["defaultValue"].as_str()?.parse::<u32>().ok());
            // What is wrong with one input is a handful.
            if text(&kind, "name").ends_with("Payload") && text(of, "name") == "UserError" {
                continue;
            }
            if BOUNDED.iter().any(|(known, _)| *known == place) {
                seen.push(place);
            } else if !default.is_some_and(|default| (1..=100).contains(&default)) {
                wrong.push(format!("{place}: `first` with a default from 1 to 100 (it has {default:?})"));
            }
        }
    }
    wrong.extend(BOUNDED.iter().map(|(place, _)| (*place).to_owned()).filter(|place| !seen.contains(place)));
    assert!(wrong.is_empty(), "lists without a bound, or exceptions that are not there: {wrong:#?}");
}

async fn types() -> Vec<Value> {
    let answer = domain::root::schema().finish().execute(INTROSPECTION).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    let data = answer.data.into_json().unwrap();
    let builtin = ["Boolean", "Float", "ID", "Int", "String", "PageInfo"];
    let ours =
        |kind: &&Value| !text(kind, "name").starts_with("__") && !builtin.contains(&text(kind, "name"));
    list(&data["__schema"], "types").filter(ours).cloned().collect()
}

fn is_paging(argument: &Value) -> bool {
    ["first", "after"].contains(&text(argument, "name"))
}

/// Whether a type is a list, and of what.
fn unwrap(mut kind: &Value) -> (bool, &Value) {
    let mut is_list = false;
    while !kind["ofType"].is_null() {
        is_list |= kind["kind"] == "LIST";
        kind = &kind["ofType"];
    }
    (is_list, kind)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}
