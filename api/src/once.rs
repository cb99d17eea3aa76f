//! Fields that are tried by guessing may be asked for once an operation: aliases must not make one
//! request into many guesses.

use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};

use crate::errors::Fault;

/// Fields of the mutation root where each try counts.
const SENSITIVE: [&str; 11] = [
    "changePassword",
    "confirmEmail",
    "createApiKey",
    "login",
    "reauthenticate",
    "refreshSession",
    "register",
    "requestEmailChange",
    "requestPasswordReset",
    "resetPassword",
    "verifyEmail",
];

/// Refuses an operation with more than one of them. The document must be within the limits of
/// `limits`: fragments are walked as often as they are spread.
pub(crate) fn check(document: &ExecutableDocument, operation: &OperationDefinition) -> Result<(), Fault> {
    if operation.ty != OperationType::Mutation {
        return Ok(());
    }
    if count(document, &operation.selection_set.node) > 1 {
        let message =
            "an operation may hold one such field at most: logins, passwords and tokens are tried one by one";
        return Err(Fault::document("SENSITIVE_FIELD_LIMIT", message));
    }
    Ok(())
}

fn count(document: &ExecutableDocument, set: &SelectionSet) -> usize {
    let of = |item: &Selection| match item {
        Selection::Field(field) => usize::from(SENSITIVE.contains(&field.node.name.node.as_str())),
        Selection::FragmentSpread(spread) => document
            .fragments
            .get(&spread.node.fragment_name.node)
            .map_or(0, |fragment| count(document, &fragment.node.selection_set.node)),
        Selection::InlineFragment(inline) => count(document, &inline.node.selection_set.node),
    };
    set.items.iter().map(|item| of(&item.node)).sum()
}
