//! What queries mean, by their canonical form; and what must hold of any text.

use proptest::prelude::*;

use crate::{Expr, MAX_DEPTH, MAX_TERMS, TooMuch, Warning, parse};

fn canonical(text: &str) -> String {
    let parsed = parse(text).unwrap();
    assert_eq!(parsed.warnings, [], "{text}");
    parsed.query.to_string()
}

fn warnings(text: &str) -> Vec<Warning> {
    parse(text).unwrap().warnings
}

#[test]
fn the_grammar_is_scryfalls() {
    let forms = [
        ("", ""),
        ("  lightning   Bolt ", "lightning bolt"),
        ("a or b c OR d", "a or b c or d"),
        ("(a or b) c", "(a or b) c"),
        ("((a) (b (c)))", "a b c"),
        ("-(a b) --c -d", "-(a b) c -d"),
        ("-(a or -b)", "-(a or -b)"),
        ("not:foil -not:foil", "-is:foil is:foil"),
        ("\"Serra Angel\" “Sol”", "\"serra angel\" sol"),
        ("!\"Lightning Bolt\" !fire", "!\"lightning bolt\" !\"fire\""),
        ("Fire // Ice", "fire \"//\" ice"),
        ("Lim-Dûl's Ætherling Urza’s", "lim-dul's aetherling urza's"),
        ("/^bolt/ o:/draw {T}:\\/ x/", "/^bolt/ o:/draw {T}:\\/ x/"),
        (
            "order:usd a dir:desc unique:prints prefer:oldest",
            "a unique:prints prefer:oldest order:usd dir:desc",
        ),
        ("() a ( )", "a"),
        ("\"or\" or x", "\"or\" or x"),
        ("Circle of Protection: Red", "circle of protection red"),
    ];
    for (text, form) in forms {
        assert_eq!(canonical(text), form, "{text}");
    }
}

#[test]
fn terms_mean_what_scryfalls_mean() {
    let forms = [
        ("TYPE:Goblin t:\"legendary creature\"", "t:goblin t:\"legendary creature\""),
        ("t!=elf", "-t:elf"),
        ("c:rg id:rg color=uw", "c>=rg id<=rg c=wu"),
        ("c:boros id:esper c:chaos ci:lorehold", "c>=wr id<=wub c>=ubrg id<=wr"),
        ("c:c c:colorless id:c c:m -c:m c>=3 c:2", "c=c c=c id=c c>=2 -c>=2 c>=3 c=2"),
        ("c:white c<=\"five color\"", "c>=w c<=wubrg"),
        ("mv:even cmc=odd mv>=3.5 pow>tou pt<10 loy:3", "mv:even mv:odd mv>=3.5 pow>tou pt<10 loy=3"),
        ("pow=* tou<0", "pow=0 tou<0"),
        ("s:NEO e:neo set:\"New Phyrexia\"", "s:neo s:neo s:\"new phyrexia\""),
        ("cn:123★ cn>=100 number:5a", "cn:\"123★\" cn>=100 cn:5a"),
        ("r:m r>=rare r!=c", "r=mythic r>=rare r!=common"),
        (
            "f:EDH legal:pdh banned:legacy restricted:vintage",
            "f:commander f:paupercommander banned:legacy restricted:vintage",
        ),
        (
            "usd>=.5 eur<3.10 tix=2 usd_foil<usd USDFOIL<$1",
            "usd>=0.50 eur<3.10 tix=2 usd_foil<usd usd_foil<1",
        ),
        ("is:fetch is:serialized is:dfc is:split", "is:fetchland is:serialized is:dfc is:split"),
        ("m:2ww mana={w/u}x m>3WU", "m>={2}{W}{W} m={W/U}{X} m>{3}{U}{W}"),
        ("devotion:{u/b}{u/b}", "devotion>={u/b}{u/b}"),
        ("year<=1994 date>2015-08-18 date<now date>ORI", "year<=1994 date>2015-08-18 date<now date>ori"),
        ("in:mtgo in:rare in:ja in:core in:lea", "in:mtgo in:rare in:ja in:core in:lea"),
        ("lang:any lang:japanese game:arena", "lang:any lang:ja game:arena"),
        (
            "a:\"rebecca guay\" ft:fire wm:izzet border:borderless frame:modern stamp:oval",
            "a:\"rebecca guay\" ft:fire wm:izzet border:borderless frame:2003 stamp:oval",
        ),
        (
            "have:yes have:no qty>=4 have<2 tag:EDH is:signed not:trade is:graded is:hidden",
            "have>=1 have=0 qty>=4 have<2 tag:edh is:signed -is:fortrade is:graded is:hidden",
        ),
        (
            "binder:\"Trade Box\" binder:none binder:\"None\" -binder:decks cond:NM cond>=lp condition<\"light played\"",
            "binder:\"trade box\" binder:none binder:\"none\" -binder:decks cond=nm cond>=lp cond<mp",
        ),
        (
            "prints>10 sets=1 paperprints<3 cheapest:usd has:watermark kw:\"first strike\" include:extras",
            "prints>10 sets=1 paperprints<3 cheapest:usd has:watermark kw:\"first strike\" include:extras",
        ),
    ];
    for (text, form) in forms {
        assert_eq!(canonical(text), form, "{text}");
        assert_eq!(canonical(form), form);
    }
}

#[test]
fn what_is_not_understood_is_ignored_with_its_place() {
    let parsed = parse("🔥 kolor:red bolt f:nowhere").unwrap();
    assert_eq!(parsed.query.to_string(), "bolt");
    let places: Vec<_> = parsed.warnings.iter().map(|w| (w.start, w.end)).collect();
    assert_eq!(places, [(3, 12), (18, 27)]);
    assert_eq!(parsed.warnings[0].message, "“kolor” is not a keyword of the search");

    let ignored = [
        "c:purple",
        "mv:many",
        "r:legendary",
        "usd<cheap",
        "usd<1.234",
        "is:nonsense",
        "has:hat",
        "lang:klingon",
        "t>elf",
        "o:",
        "c:/red/",
        "a:/x/",
        "o:/(/",
        "-order:usd",
        "order:size",
        "cube:vintage",
        "have:some",
        "qty<-1",
        "cond:crisp",
        "binder>trade",
        "date>someday",
        "date>2015-13-01",
        "m:qq",
        "devotion:wu",
        "produces:g",
        "include:nothing",
        "frame:wood",
        "f>modern",
        "cn>x",
    ];
    for text in ignored {
        let parsed = parse(text).unwrap();
        assert_eq!((parsed.query.filter, parsed.warnings.len()), (None, 1), "{text}");
        assert_eq!((parsed.warnings[0].start, parsed.warnings[0].end), (0, text.len()), "{text}");
    }
    assert_eq!(warnings("(a").len() + warnings("a)").len() + warnings("\"a").len(), 3);
    assert_eq!(parse("a ) b").unwrap().query.to_string(), "a b");
}

#[test]
fn a_query_is_bounded() {
    let deep = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(canonical(&deep(MAX_DEPTH)), "a");
    assert_eq!(parse(&deep(MAX_DEPTH + 1)), Err(TooMuch::Depth));
    assert!(parse(&"a ".repeat(MAX_TERMS)).is_ok());
    assert_eq!(parse(&"a ".repeat(MAX_TERMS + 1)), Err(TooMuch::Terms));
    assert!(parse(&"a".repeat(1_000)).is_ok());
    assert_eq!(parse(&"a".repeat(1_001)), Err(TooMuch::Length));
    // One character that folding makes eighteen.
    assert_eq!(parse(&"ﷺ".repeat(100)), Err(TooMuch::Length));
}

fn well_formed(expr: &Expr) -> bool {
    let all = |members: &[Expr]| members.len() > 1 && members.iter().all(well_formed);
    match expr {
        Expr::And(members) => all(members) && !members.iter().any(|m| matches!(m, Expr::And(_))),
        Expr::Or(members) => all(members) && !members.iter().any(|m| matches!(m, Expr::Or(_))),
        Expr::Not(inner) => !matches!(**inner, Expr::Not(_)) && well_formed(inner),
        Expr::Term(_) => true,
    }
}

fn holds_of(text: &str) -> Result<(), TestCaseError> {
    let Ok(parsed) = parse(text) else { return Ok(()) };
    let length = text.encode_utf16().count();
    for warning in &parsed.warnings {
        prop_assert!(warning.start < warning.end && warning.end <= length, "{:?}", warning);
    }
    prop_assert!(parsed.query.filter.as_ref().is_none_or(well_formed));
    let form = parsed.query.to_string();
    let again = parse(&form);
    prop_assert!(again.is_ok(), "{} is refused", form);
    let again = again.unwrap();
    prop_assert_eq!(&again.warnings, &[], "{}", form);
    prop_assert_eq!(again.query.to_string(), form.as_str());
    prop_assert_eq!(again.query, parsed.query, "{}", form);
    Ok(())
}

fn piece() -> impl Strategy<Value = String> {
    let keys = "name|t|o|fo|ft|a|kw|c|id|mv|pow|tou|pt|loy|def|s|e|cn|b|st|r|f|banned|usd|eur|usd_foil|is|not|has|in|\
                lang|game|border|frame|stamp|wm|date|year|prints|m|devotion|cheapest|order|dir|unique|prefer|include|\
                art|zz|C|MV|have|qty|binder|cond|tag";
    let values = "wu|rg|c|m|3|2|boros|chaos|even|tou|pow|usd|1\\.5|\\.5|-1|\\*|neo|12a|12★|rare|mythic|modern|edh|foil|\
                  dfc|fetch|token|en|any|paper|black|2015|oval|izzet|now|2015-08-18|2ww|\\{w/u\\}|\\{2\\}|extras|\
                  nm|yes|no|none|\"none\"|lp|signed|trade|elf|\"first strike\"|\"a\\(b\"|/\\^b\\[aeiou\\]\\+lt\\\\b/|/\\{T\\}: \\(x\\)/|/a\\\\/b/|/\\(/|~|Æther|ﬁre|“x y”|or|//|½";
    let term = format!("({keys})(:|=|!=|<|<=|>|>=)({values})");
    prop_oneof![
        6 => proptest::string::string_regex(&term).unwrap(),
        3 => proptest::string::string_regex(&format!("!?({values})")).unwrap(),
        1 => "\\PC{0,6}",
        3 => prop::sample::select(vec!["(", ")", "or", "OR", "-", "--", "\"", "!", "/", ":", "-(", "and"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_read_and_its_form_is_stable(text in any::<String>()) {
        holds_of(&text)?;
    }

    #[test]
    fn any_queryish_text_is_read_and_its_form_is_stable(
        pieces in prop::collection::vec((piece(), prop::bool::weighted(0.8)), 0..14),
    ) {
        let text: String = pieces.into_iter().map(|(piece, space)| if space { piece + " " } else { piece }).collect();
        holds_of(&text)?;
    }
}
