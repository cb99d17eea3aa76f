//! The price of a request: about the rows that it can make us read. It is derived from the schema
//! alone, so a new field has a price the day it appears.
//!
//! - a leaf is free, and so is an object of nothing but leaves (`Money`, `PageInfo`): it came with
//!   its parent's row;
//! - any other object costs 1;
//! - a field with `first` costs what `first` rows cost, asked for or not, a connection 1 more;
//! - a field with a list of ids costs what so many rows cost;
//! - any other list of objects costs its assumed size, see [`ASSUMED`], a list of objects of
//!   nothing but leaves 1;
//! - a field that reads many rows for a few numbers costs them, see [`SUMS`];
//! - introspection costs a flat price.
//!
//! `@skip` and `@include` make nothing cheaper, and the alternatives of an interface are added up:
//! the price is an upper bound.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, FieldDefinition, OperationDefinition, OperationType, Selection,
    SelectionSet, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Value, Variables};

/// Rows of lists that have no `first`, by field. What is not here has [`SOME`].
const ASSUMED: &[(&str, u64)] = &[
    ("Alert.lastEvents", 5),
    ("AlertSimulation.times", 100),
    ("AlertUpdate.events", 10),
    ("CardUpdate.prices", 20),
    ("InventoryChange.movements", 5),
    ("InventoryImport.columns", 20),
    ("InventoryImportRow.causes", 1),
    ("InventoryPayload.lots", 10),
    ("InventoryUpdate.lots", 10),
    ("JobsUpdate.jobs", 20),
    ("MarketUpdate.prices", 100),
    ("NewsArticle.mentions", 5),
    ("Notification.deliveries", 1),
    ("Portfolio.allocation", 20),
    ("Portfolio.shares", 8),
    // One headline price per source and finish that a printing really has.
    ("Printing.latestPrices", 5),
    ("Printing.priceHistory", 10),
    ("Printing.prices", 20),
    // A year of days, but a day is much less than a row.
    ("PriceSeries.samples", 30),
    ("PasteWantsPayload.refused", 20),
    ("Query.currentPrices", 5),
    // Some thirty currencies, each a number.
    ("Query.exchangeRates", 10),
    ("Query.priceHistory", 10),
    ("Query.schedules", 25),
    ("SystemHealth.backlog", 20),
    ("SystemHealth.schedules", 25),
    ("SystemHealth.sources", 13),
    ("SavedSearchesUpdate.searches", 20),
    ("SharedTotals.values", 2),
    ("Viewer.savedSearches", 20),
    ("Viewer.shares", 20),
    ("Viewer.wantLists", 10),
    // One per source that sells it.
    ("Want.prices", 5),
    ("SharedWant.sets", 2),
    ("Want.sets", 2),
    ("WantListUpdate.wants", 10),
    ("WantsPayload.wants", 10),
    // A hundred cards, many of them once.
    ("TournamentDeck.cards", 60),
];
/// Fields that read many rows for a few numbers, whatever they are made of.
const SUMS: &[(&str, u64)] = &[("SharedCollection.changedAt", 20), ("SharedCollection.totals", 20)];
const SOME: u64 = 10;
/// Objects that come with their parent's row although an object that does not hangs below them: it is read
/// for all of them at once.
const LIGHT: &[&str] = &["Binder"];
const SCHEMA: u64 = 200;
const TYPE: u64 = 20;
const WRITE: u64 = 10;

/// What a field multiplies its selection by.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Size {
    /// One object; the price is its own row.
    One(u64),
    /// The argument `first` of a plain list; the number when it is not given.
    List(u64),
    /// The argument `first` of a connection.
    Connection(u64),
    /// The rows of the connection around it, already paid.
    Page,
    /// The length of an argument, times something.
    Keys(String, u64),
    /// A guess.
    Assumed(u64),
    /// A list that came with its parent's row.
    Value,
}

struct Priced {
    target: String,
    size: Size,
}

/// Prices of one schema's fields.
pub struct CostTable {
    fields: HashMap<String, HashMap<String, Priced>>,
    query: String,
    mutation: String,
    subscription: String,
}

impl CostTable {
    /// Reads the prices off a schema.
    pub fn of(sdl: &str) -> anyhow::Result<Self> {
        let document = parse_schema(sdl).context("the schema's own text does not parse")?;
        let mut table = Self {
            fields: HashMap::new(),
            query: "Query".to_owned(),
            mutation: "Mutation".to_owned(),
            subscription: "Subscription".to_owned(),
        };
        let mut types = Vec::new();
        for definition in &document.definitions {
            match definition {
                TypeSystemDefinition::Type(definition) => types.push(&definition.node),
                TypeSystemDefinition::Schema(schema) => {
                    let name = |name: &Option<async_graphql::Positioned<async_graphql::Name>>| {
                        name.as_ref().map(|name| name.node.to_string()).unwrap_or_default()
                    };
                    table.query = name(&schema.node.query);
                    table.mutation = name(&schema.node.mutation);
                    table.subscription = name(&schema.node.subscription);
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        let kinds = Kinds::of(&types);
        for definition in types {
            let owner = definition.name.node.as_str();
            let priced = fields(definition).iter().filter_map(|field| {
                let target = named(&field.node.ty.node);
                let size = kinds.size(owner, &field.node, target)?;
                Some((field.node.name.node.to_string(), Priced { target: target.to_owned(), size }))
            });
            table.fields.insert(owner.to_owned(), priced.collect());
        }
        Ok(table)
    }

    /// Lists of rows whose size is only guessed, as `Type.field`: there should be none but those
    /// that somebody thought about.
    pub fn guessed(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (owner, fields) in &self.fields {
            let guessed = fields.iter().filter(|(_, priced)| matches!(priced.size, Size::Assumed(_)));
            names.extend(guessed.map(|(field, _)| format!("{owner}.{field}")));
        }
        names.retain(|name| !ASSUMED.iter().any(|(known, _)| known == name));
        names.sort();
        names
    }

    /// The price of one operation. The document must be within the limits of `limits`: fragments
    /// are walked as often as they are spread.
    pub(crate) fn price(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> u64 {
        let (root, base) = match operation.ty {
            OperationType::Query => (&self.query, 0),
            OperationType::Mutation => (&self.mutation, WRITE),
            OperationType::Subscription => (&self.subscription, 0),
        };
        let walk = Walk { table: self, document, operation, variables };
        walk.selection(&operation.selection_set.node, root, 0).saturating_add(base)
    }
}

struct Walk<'a> {
    table: &'a CostTable,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
}

impl Walk<'_> {
    /// `page`: the rows of the connection that the selection belongs to.
    fn selection(&self, set: &SelectionSet, owner: &str, page: u64) -> u64 {
        set.items.iter().fold(0, |sum, item| {
            let price = match &item.node {
                Selection::Field(field) => self.field(&field.node, owner, page),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                    fragment.map_or(0, |fragment| {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.selection(&fragment.node.selection_set.node, on, page)
                    })
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map_or(owner, |on| &on.node.on.node);
                    self.selection(&inline.node.selection_set.node, on, page)
                }
            };
            price.saturating_add(sum)
        })
    }

    fn field(&self, field: &Field, owner: &str, page: u64) -> u64 {
        match field.name.node.as_str() {
            "__schema" => return SCHEMA,
            "__type" => return TYPE,
            _ => {}
        }
        // A leaf, or a field that validation will refuse.
        let Some(priced) =
            self.table.fields.get(owner).and_then(|fields| fields.get(field.name.node.as_str()))
        else {
            return 0;
        };
        let inner = |page| self.selection(&field.selection_set.node, &priced.target, page);
        let rows = |n: u64| n.saturating_mul(inner(0).saturating_add(1));
        match &priced.size {
            Size::One(own) => inner(0).saturating_add(*own),
            Size::Value => inner(0).saturating_add(1),
            Size::List(default) => rows(self.first(field, *default)),
            Size::Connection(default) => {
                let n = self.first(field, *default);
                inner(n).saturating_add(n).saturating_add(1)
            }
            Size::Page => page.saturating_mul(inner(0)),
            Size::Keys(argument, each) => rows(self.length(field, argument).saturating_mul(*each)),
            Size::Assumed(n) => rows(*n),
        }
    }

    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let value = field.get_argument(name)?.node.clone();
        let known = |variable: async_graphql::Name| {
            self.variables.get(&variable).or_else(|| {
                let mut all = self.operation.variable_definitions.iter();
                all.find(|definition| definition.node.name.node == variable)?.node.default_value()
            })
        };
        value.into_const_with(|variable| known(variable).cloned().ok_or(())).ok()
    }

    fn first(&self, field: &Field, default: u64) -> u64 {
        match self.argument(field, "first") {
            // A negative number is refused later.
            Some(Value::Number(number)) => number.as_u64().unwrap_or(0),
            _ => default,
        }
    }

    fn length(&self, field: &Field, argument: &str) -> u64 {
        match self.argument(field, argument) {
            Some(Value::List(items)) => items.len() as u64,
            // One value stands for a list of one.
            _ => 1,
        }
    }
}

/// Which names are objects, and which of them are values.
struct Kinds<'a> {
    objects: HashSet<&'a str>,
    values: HashSet<&'a str>,
}

impl<'a> Kinds<'a> {
    fn of(types: &[&'a TypeDefinition]) -> Self {
        let is_object = |t: &TypeDefinition| {
            matches!(t.kind, TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_))
        };
        let objects: HashSet<&str> =
            types.iter().filter(|t| is_object(t)).map(|t| t.name.node.as_str()).collect();
        let all_leaves = |t: &TypeDefinition| {
            matches!(t.kind, TypeKind::Object(_))
                && fields(t).iter().all(|field| !objects.contains(named(&field.node.ty.node)))
        };
        let is_light = |t: &TypeDefinition| LIGHT.contains(&t.name.node.as_str());
        let values = types.iter().filter(|t| all_leaves(t) || is_light(t)).map(|t| t.name.node.as_str());
        let values = values.collect();
        Self { objects, values }
    }

    /// `None` for a leaf.
    fn size(&self, owner: &str, field: &FieldDefinition, target: &str) -> Option<Size> {
        let name = field.name.node.as_str();
        if let Some((_, rows)) = SUMS.iter().find(|(known, _)| known.split_once('.') == Some((owner, name))) {
            return Some(Size::One(*rows));
        }
        if !self.objects.contains(target) {
            return None;
        }
        let is_list = matches!(field.ty.node.base, BaseType::List(_));
        let first = field.arguments.iter().find(|argument| argument.node.name.node == "first");
        if let Some(first) = first {
            let default = match first.node.default_value.as_ref().map(|value| &value.node) {
                Some(Value::Number(number)) => number.as_u64().unwrap_or(SOME),
                _ => SOME,
            };
            return Some(if is_list { Size::List(default) } else { Size::Connection(default) });
        }
        if !is_list {
            // The node of an edge is a row of the page.
            let paid = self.values.contains(target) || (owner.ends_with("Edge") && name == "node");
            return Some(Size::One(u64::from(!paid)));
        }
        if owner.ends_with("Connection") && (name == "edges" || name == "nodes") {
            return Some(Size::Page);
        }
        let assumed = ASSUMED.iter().find(|(known, _)| known.split_once('.') == Some((owner, name)));
        let keys = field.arguments.iter().find(|argument| is_id_list(&argument.node.ty.node));
        Some(match (keys, assumed) {
            (Some(keys), each) => Size::Keys(keys.node.name.node.to_string(), each.map_or(1, |(_, n)| *n)),
            (None, Some((_, n))) => Size::Assumed(*n),
            (None, None) if self.values.contains(target) => Size::Value,
            (None, None) => Size::Assumed(SOME),
        })
    }
}

fn fields(definition: &TypeDefinition) -> &[async_graphql::Positioned<FieldDefinition>] {
    match &definition.kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        TypeKind::Scalar | TypeKind::Union(_) | TypeKind::Enum(_) | TypeKind::InputObject(_) => &[],
    }
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

fn is_id_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_)) && named(ty) == "ID"
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::DocumentOperations;
    use serde_json::json;

    use super::*;

    const SDL: &str = r#"
        type Money { amount: String! currency: String! }
        type PageInfo { hasNextPage: Boolean! }
        type Price { money: Money! printing: Printing! }
        type Face { name: String! }
        type Printing { id: ID! card: Card! faces: [Face!]! latestPrices: [Price!]! others: [Price!]! }
        type Card { id: ID! names: [String!]! printings(first: Int = 20, after: String): PrintingConnection! }
        type PrintingEdge { cursor: String! node: Printing! }
        type PrintingConnection { edges: [PrintingEdge!]! nodes: [Printing!]! pageInfo: PageInfo! }
        type Query {
            version: String!
            printing(id: ID!): Printing
            printings(first: Int = 20): PrintingConnection!
            movers(first: Int = 20): [Price!]!
            byId(ids: [ID!]!): [Printing]!
            currentPrices(printingIds: [ID!]!): [Price!]!
        }
        type Mutation { rename(id: ID!): Card }
        type Subscription { ticks(id: ID!): Price! }
    "#;

    fn price_with(text: &str, variables: serde_json::Value) -> u64 {
        let document = parse_query(text).unwrap();
        let operation = match &document.operations {
            DocumentOperations::Single(operation) => operation,
            DocumentOperations::Multiple(all) => all.values().next().unwrap(),
        };
        CostTable::of(SDL).unwrap().price(&document, &operation.node, &Variables::from_json(variables))
    }

    fn price(text: &str) -> u64 {
        price_with(text, json!({}))
    }

    #[test]
    fn objects_cost_one_and_values_nothing() {
        assert_eq!(price("{version __typename}"), 0);
        assert_eq!(price("{printing(id:1){id}}"), 1);
        assert_eq!(price("{printing(id:1){id card{id names}}}"), 2);
        assert_eq!(price("{printing(id:1){faces{name}}}"), 2);
        assert_eq!(price("{printing(id:1){latestPrices{money{amount}}}}"), 1 + 5);
        assert_eq!(price("{printing(id:1){others{money{amount}}}}"), 1 + 10);
        assert_eq!(price("mutation{rename(id:1){id}}"), 11);
        assert_eq!(price("subscription{ticks(id:1){money{amount} printing{id}}}"), 2);
    }

    #[test]
    fn lists_multiply_by_first() {
        assert_eq!(price("{movers{money{amount}}}"), 20);
        assert_eq!(price("{movers(first:3){printing{id}}}"), 6);
        assert_eq!(price("{printings{pageInfo{hasNextPage}}}"), 21);
        assert_eq!(price("{printings(first:50){nodes{id}}}"), 51);
        assert_eq!(price("{printings(first:50){edges{cursor node{id}}}}"), 51);
        assert_eq!(price("{printings(first:50){nodes{card{id} latestPrices{money{amount}}}}}"), 51 + 50 * 6);
        let deep = "{printings(first:10){nodes{card{printings(first:10){nodes{card{id}}}}}}}";
        assert_eq!(price(deep), 11 + 10 * (1 + 11 + 10));
        assert_eq!(price("{printings(first:1000000){pageInfo{hasNextPage}}}"), 1_000_001);
        assert_eq!(price("{movers(first:-1){money{amount}}}"), 0);
    }

    #[test]
    fn numbers_that_overflow_stay_at_the_top() {
        let nested =
            "{printings(first:9999999999){nodes{card{printings(first:9999999999){nodes{card{id}}}}}}}";
        assert_eq!(price(nested), u64::MAX);
    }

    #[test]
    fn variables_and_their_defaults_count() {
        let text = "query($n:Int=7){printings(first:$n){nodes{id}}}";
        assert_eq!(price_with(text, json!({"n": 3})), 4);
        assert_eq!(price_with(text, json!({})), 8);
        assert_eq!(price_with("query($n:Int){printings(first:$n){nodes{id}}}", json!({})), 21);
        assert_eq!(price_with("query($n:Int){printings(first:$n){nodes{id}}}", json!({"n": null})), 21);
        let ids = "query($i:[ID!]!){byId(ids:$i){id} currentPrices(printingIds:$i){money{amount}}}";
        assert_eq!(price_with(ids, json!({"i": ["a", "b"]})), 2 + 10);
    }

    #[test]
    fn fragments_carry_their_page() {
        let text = "{printings(first:50){...F}} fragment F on PrintingConnection{nodes{...P}} fragment P on Printing{card{id}}";
        assert_eq!(price(text), 101);
        assert_eq!(price("{printings(first:50){... on PrintingConnection{nodes{... {card{id}}}}}}"), 101);
    }

    #[test]
    fn introspection_has_a_price() {
        assert_eq!(price("{__schema{types{name}} __type(name:\"Card\"){name}}"), SCHEMA + TYPE);
    }

    #[test]
    fn lists_that_nobody_thought_about_are_named() {
        assert_eq!(CostTable::of(SDL).unwrap().guessed(), ["Printing.others"]);
    }
}
