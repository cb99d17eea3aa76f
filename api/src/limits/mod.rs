//! What a document may hold. The text is measured before the parser sees it and the parsed
//! document before validation does, because both cost more than counting.

mod measure;
mod scan;

use async_graphql::parser::types::{ExecutableDocument, OperationType};

use crate::Limits;
use crate::errors::{Fault, code};
use measure::{Measure, Measured};

/// Bytes, tokens and nesting of the text.
pub(crate) fn check_text(text: &str, limits: &Limits) -> Result<(), Fault> {
    over("DOCUMENT_TOO_LARGE", "bytes", text.len() as u64, limits.bytes as u64)?;
    let scanned = scan::scan(text.as_bytes(), limits.tokens);
    over("TOKEN_LIMIT", "tokens", scanned.tokens as u64, limits.tokens as u64)?;
    over("DEPTH_LIMIT", "nested brackets", scanned.nesting as u64, limits.nesting as u64)
}

/// Everything else, fragments expanded.
pub(crate) fn check_document(document: &ExecutableDocument, limits: &Limits) -> Result<(), Fault> {
    over("FRAGMENT_LIMIT", "fragments", document.fragments.len() as u64, limits.fragments as u64)?;
    let mut measure = Measure::new(document);
    let mut total = Measured::default();
    for (_, operation) in document.operations.iter() {
        let found = measure.operation(&operation.node)?;
        over("ROOT_FIELD_LIMIT", "fields at the root", found.root_fields, limits.root_fields)?;
        if operation.node.ty == OperationType::Subscription && found.root_fields != 1 {
            let message = "a subscription has exactly one field at its root";
            return Err(Fault::document(code::VALIDATION, message).at(operation.pos));
        }
        total = total.and(found);
    }
    // Unused fragments are a mistake, but they are read all the same.
    for name in document.fragments.keys() {
        measure.fragment(name)?;
    }
    over("ALIAS_LIMIT", "aliases", total.aliases, limits.aliases)?;
    over("DIRECTIVE_LIMIT", "directives on one field", total.most_directives, limits.directives_per_field)?;
    over("DIRECTIVE_LIMIT", "directives", total.directives, limits.directives)?;
    over("DEPTH_LIMIT", "levels", total.depth, limits.depth)?;
    over("DEPTH_LIMIT", "levels of introspection", total.introspection_depth, limits.introspection_depth)?;
    let lists = total.introspection_lists;
    over("DEPTH_LIMIT", "lists within lists of introspection", lists, limits.introspection_lists)?;
    over("FIELD_LIMIT", "fields", total.fields, limits.fields)
}

fn over(code: &'static str, what: &str, found: u64, limit: u64) -> Result<(), Fault> {
    if found <= limit {
        return Ok(());
    }
    Err(Fault::document(code, format!("the document has {found} {what}, at most {limit} are allowed")))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn verdict(text: &str) -> Result<(), &'static str> {
        let limits = Limits::default();
        check_text(text, &limits).map_err(|fault| fault.code)?;
        check_document(&parse_query(text).unwrap(), &limits).map_err(|fault| fault.code)
    }

    /// Passes at the limit, fails with the code one beyond it.
    fn edge(code: &'static str, limit: usize, make: impl Fn(usize) -> String) {
        assert_eq!(verdict(&make(limit)), Ok(()), "{code} at {limit}");
        assert_eq!(verdict(&make(limit + 1)), Err(code), "{code} at {}", limit + 1);
    }

    fn many(n: usize, part: impl Fn(usize) -> String) -> String {
        (0..n).map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_limit_holds_at_its_value_and_not_beyond() {
        edge("DOCUMENT_TOO_LARGE", 15_000, |n| format!("{{a}}{}", " ".repeat(n - 3)));
        // Nine tokens stand around the list.
        edge("TOKEN_LIMIT", 2_000, |n| format!("{{a(l:[{}])}}", "1 ".repeat(n - 9)));
    }

    #[test]
    fn counts() {
        edge("ALIAS_LIMIT", 30, |n| format!("{{r{{{}}}}}", many(n, |i| format!("a{i}:x"))));
        edge("ROOT_FIELD_LIMIT", 10, |n| format!("{{{}}}", many(n, |i| format!("f{i}"))));
        edge("ROOT_FIELD_LIMIT", 10, |n| format!("{{{}}}", "same ".repeat(n)));
        edge("FIELD_LIMIT", 500, |n| format!("{{r{{{}}}}}", "x ".repeat(n - 1)));
        edge("DIRECTIVE_LIMIT", 5, |n| format!("{{x {}}}", "@skip(if:false)".repeat(n)));
        edge("DIRECTIVE_LIMIT", 50, |n| format!("{{r{{{}}}}}", "x@d ".repeat(n)));
        edge("FRAGMENT_LIMIT", 50, |n| {
            let spreads = many(n, |i| format!("...F{i}"));
            format!("{{r{{{spreads}}}}} {}", many(n, |i| format!("fragment F{i} on T{{x}}")))
        });
        edge("DEPTH_LIMIT", 12, |n| format!("{}{}", "{a".repeat(n), "}".repeat(n)));
    }

    #[test]
    fn fragments_count_where_they_are_spread() {
        edge("FIELD_LIMIT", 500, |n| {
            format!("{{r{{{} x}}}} fragment F on T{{a b}}", "...F ".repeat((n - 1) / 2))
        });
        edge("ALIAS_LIMIT", 30, |n| format!("{{r{{{}}}}} fragment F on T{{a:x}}", "...F ".repeat(n)));
        edge("ROOT_FIELD_LIMIT", 10, |n| format!("{{{}}} fragment F on T{{a}}", "...F ".repeat(n)));
        let doubling = many(49, |i| format!("fragment F{i} on T{{...F{} ...F{}}}", i + 1, i + 1));
        let bomb = format!("{{...F0}} {doubling} fragment F49 on T{{x}}");
        assert_eq!(verdict(&bomb), Err("ROOT_FIELD_LIMIT"));
        let bomb = bomb.replacen("{...F0}", "{r{...F0}}", 1);
        assert_eq!(verdict(&bomb), Err("FIELD_LIMIT"));
    }

    #[test]
    fn circles_of_fragments_are_found() {
        for text in [
            "{...A} fragment A on T{...A}",
            "{...A} fragment A on T{x{...B}} fragment B on T{y{...A}}",
            "{x} fragment A on T{...B} fragment B on T{...A}",
        ] {
            assert_eq!(verdict(text), Err("FRAGMENT_CYCLE"), "{text}");
        }
    }

    #[test]
    fn introspection_has_depth_of_its_own() {
        let wrapped =
            |n: usize| format!("{}{}", "ofType{".repeat(n), "}".repeat(n)).replacen("{}", "{kind}", 1);
        let explorer = format!("{{__schema{{types{{fields{{args{{type{{{}}}}}}}}}}}}}", wrapped(9));
        assert_eq!(verdict(&explorer), Ok(()));
        let circle = "{__schema{types{fields{type{fields{type{fields{name}}}}}}}}";
        assert_eq!(verdict(circle), Err("DEPTH_LIMIT"));
        assert_eq!(verdict("{__schema{types{fields{type{fields{name}}}}}}"), Ok(()));
    }

    #[test]
    fn a_subscription_has_one_root() {
        assert_eq!(verdict("subscription{a b}"), Err(code::VALIDATION));
        assert_eq!(verdict("subscription{...F} fragment F on S{a b}"), Err(code::VALIDATION));
        assert_eq!(verdict("subscription{a}"), Ok(()));
    }

    #[test]
    fn nested_brackets_never_reach_the_parser() {
        for open in ["{a", "[", "(x:[", "{a(x:{b:"] {
            assert_eq!(check_text(&open.repeat(200), &Limits::default()).unwrap_err().code, "DEPTH_LIMIT");
        }
    }
}
