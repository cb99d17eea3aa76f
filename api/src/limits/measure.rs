use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};

use crate::errors::Fault;

/// Sizes of a selection with its fragments expanded. A fragment is measured once and added where
/// it is spread, so a document that doubles with every fragment costs no more than it is long.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measured {
    pub(super) fields: u64,
    /// Fields that are directly in the selection.
    pub(super) root_fields: u64,
    pub(super) aliases: u64,
    pub(super) directives: u64,
    /// On the field that has most.
    pub(super) most_directives: u64,
    /// Levels of fields; what is under `__schema` and `__type` counts apart.
    pub(super) depth: u64,
    pub(super) introspection_depth: u64,
    /// Lists of types or fields within each other, as introspection can nest them in circles.
    lists: u64,
    pub(super) introspection_lists: u64,
}

impl Measured {
    /// Side by side.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            root_fields: self.root_fields.saturating_add(other.root_fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            most_directives: self.most_directives.max(other.most_directives),
            depth: self.depth.max(other.depth),
            introspection_depth: self.introspection_depth.max(other.introspection_depth),
            lists: self.lists.max(other.lists),
            introspection_lists: self.introspection_lists.max(other.introspection_lists),
        }
    }

    fn under(self, field: &Field) -> Self {
        let directives = field.directives.len() as u64;
        let name = field.name.node.as_str();
        let own = Self {
            fields: self.fields.saturating_add(1),
            root_fields: 1,
            aliases: self.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: self.directives.saturating_add(directives),
            most_directives: self.most_directives.max(directives),
            ..self
        };
        match name {
            "__schema" | "__type" => Self {
                depth: 1,
                introspection_depth: self.depth + 1,
                lists: 0,
                introspection_lists: self.lists,
                ..own
            },
            "fields" | "inputFields" | "interfaces" | "possibleTypes" => {
                Self { depth: self.depth + 1, lists: self.lists + 1, ..own }
            }
            _ => Self { depth: self.depth + 1, ..own },
        }
    }

    fn with_directives(mut self, directives: &[Positioned<Directive>]) -> Self {
        self.directives = self.directives.saturating_add(directives.len() as u64);
        self.most_directives = self.most_directives.max(directives.len() as u64);
        self
    }
}

/// Measures a document.
pub(super) struct Measure<'a> {
    document: &'a ExecutableDocument,
    /// `None` while a fragment is being measured: to meet it then is a circle.
    fragments: HashMap<&'a str, Option<Measured>>,
}

impl<'a> Measure<'a> {
    pub(super) fn new(document: &'a ExecutableDocument) -> Self {
        Self { document, fragments: HashMap::new() }
    }

    pub(super) fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Measured, Fault> {
        let variables = operation.variable_definitions.iter().map(|v| v.node.directives.len() as u64).sum();
        let mut found = self.selection(&operation.selection_set.node)?.with_directives(&operation.directives);
        found.directives = found.directives.saturating_add(variables);
        Ok(found)
    }

    /// A fragment that is not there measures nothing: validation will tell.
    pub(super) fn fragment(&mut self, name: &Name) -> Result<Measured, Fault> {
        let document = self.document;
        let Some((name, fragment)) = document.fragments.get_key_value(name) else {
            return Ok(Measured::default());
        };
        match self.fragments.get(name.as_str()) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => {
                let message = format!("fragment {name} contains itself, directly or through others");
                return Err(Fault::document("FRAGMENT_CYCLE", message).at(fragment.pos));
            }
            None => {}
        }
        self.fragments.insert(name, None);
        let found =
            self.selection(&fragment.node.selection_set.node)?.with_directives(&fragment.node.directives);
        self.fragments.insert(name, Some(found));
        Ok(found)
    }

    fn selection(&mut self, set: &'a SelectionSet) -> Result<Measured, Fault> {
        let mut total = Measured::default();
        for item in &set.items {
            let found = match &item.node {
                Selection::Field(field) => self.selection(&field.node.selection_set.node)?.under(&field.node),
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node)?.with_directives(&spread.node.directives)
                }
                Selection::InlineFragment(inline) => {
                    self.selection(&inline.node.selection_set.node)?.with_directives(&inline.node.directives)
                }
            };
            total = total.and(found);
        }
        Ok(total)
    }
}
