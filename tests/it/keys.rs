//! API keys: what they may do, and how they end.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use crate::http::Served;
use crate::people::{Person, code};

const CREATE: &str = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret
    apiKey { id name prefix scopes lastUsedAt } errors { code field } } }";

async fn create(served: &Served, person: &Person, input: Value) -> Value {
    let answer = served.ask_as(Some(&person.access), CREATE, json!({ "input": input })).await;
    answer["data"]["createApiKey"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_what_its_scopes_say_until_it_is_revoked() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let made = create(&served, &jace, json!({ "name": "my bot", "scopes": ["READ_OWN"] })).await;
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with(made["apiKey"]["prefix"].as_str().unwrap()) && secret.len() == 46);
    assert_eq!(made["apiKey"]["scopes"], json!(["READ_CATALOGUE", "READ_OWN"]));
    let stored = served.app.sql("SELECT encode(hash, 'hex') || prefix FROM api_keys", &[]).await;
    assert!(!stored[0].get::<_, String>(0).contains(&secret[9..]), "it is stored as a hash");

    let as_key = async |query: &str| served.ask_as(Some(&secret), query, json!({})).await;
    let me = as_key("{ viewer { account { email } scopes } }").await;
    assert_eq!(me["data"]["viewer"]["account"]["email"], "jace@ravnica.example", "{me}");
    for forbidden in [
        "{ viewer { sessions { nodes { id } } } }",
        "{ viewer { apiKeys { nodes { id } } } }",
        "{ viewer { securityEvents { nodes { id } } } }",
        "mutation { logout { done } }",
        "mutation { renameAccount(name: \"x\") { errors { code } } }",
        "mutation { createApiKey(input: { name: \"x\", scopes: [] }) { secret } }",
    ] {
        assert_eq!(code(&as_key(forbidden).await), "FORBIDDEN", "{forbidden}");
    }
    let list = jace.ask(&served, "{ viewer { apiKeys { nodes { id name lastUsedAt } } } }").await;
    let node = &list["data"]["viewer"]["apiKeys"]["nodes"][0];
    assert!(node["lastUsedAt"].is_string(), "{list}");

    let other = Person::new(&served, "chandra").await;
    let revoke = format!("mutation {{ revokeApiKey(id: {}) {{ done }} }}", made["apiKey"]["id"]);
    assert_eq!(code(&other.ask(&served, &revoke).await), "NOT_FOUND");
    assert_eq!(jace.ask(&served, &revoke).await["data"]["revokeApiKey"]["done"], true);
    assert_eq!(code(&as_key("{ viewer { scopes } }").await), "UNAUTHENTICATED");
    assert_eq!(code(&jace.ask(&served, &revoke).await), "NOT_FOUND", "it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_end_are_few_and_need_a_fresh_proof() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let after =
        |time: TimeDelta| (served.app.visitor().now() + time).to_rfc3339_opts(SecondsFormat::Secs, true);
    let (day, minute) = (TimeDelta::days(1), TimeDelta::minutes(1));
    for at in [-day, TimeDelta::zero(), day - minute, day * 366 + minute, day * 4000] {
        let made = create(&served, &jace, json!({ "name": "x", "scopes": [], "expiresAt": after(at) })).await;
        let refused = json!([{ "code": "EXPIRY_INVALID", "field": "expiresAt" }]);
        assert_eq!((&made["secret"], &made["errors"]), (&Value::Null, &refused), "{at}");
    }
    for at in [day + minute, day * 366 - minute] {
        let made = create(&served, &jace, json!({ "name": "x", "scopes": [], "expiresAt": after(at) })).await;
        assert!(made["secret"].is_string(), "{at}: {made}");
    }
    served.app.sql("DELETE FROM api_keys", &[]).await;
    assert_eq!(
        create(&served, &jace, json!({ "name": "", "scopes": [] })).await["errors"][0]["code"],
        "NAME_INVALID"
    );
    let weak = create(&served, &jace, json!({ "name": "weak", "scopes": [] })).await["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let answer = served.ask_as(Some(&weak), "{ viewer { account { id } } }", json!({})).await;
    assert_eq!(code(&answer), "FORBIDDEN");
    assert_eq!(
        served.ask_as(Some(&weak), "{ cards { nodes { id } } }", json!({})).await["data"]["cards"]["nodes"],
        json!([])
    );

    // Expired while Redis still remembers it.
    served.app.sql("UPDATE api_keys SET expires_at = now() - interval '1 s'", &[]).await;
    served
        .until(async || {
            code(&served.ask_as(Some(&weak), "{ viewer { scopes } }", json!({})).await) == "UNAUTHENTICATED"
        })
        .await;

    for n in 0..20 {
        assert!(
            create(&served, &jace, json!({ "name": format!("{n}"), "scopes": [] })).await["secret"]
                .is_string()
        );
    }
    assert_eq!(
        create(&served, &jace, json!({ "name": "x", "scopes": [] })).await["errors"][0]["code"],
        "LIMIT_REACHED"
    );
    served.app.sql("UPDATE sessions SET authenticated_at = now() - interval '11 min'", &[]).await;
    assert_eq!(
        create(&served, &jace, json!({ "name": "x", "scopes": [] })).await["errors"][0]["code"],
        "REAUTHENTICATION_REQUIRED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_to_partners_is_for_partners_as_long_as_they_are() {
    let served = Served::new().await;
    let wanted = json!({ "name": "x", "scopes": ["PARTNER"] });
    let scopes = async |key: &str| {
        let answer = served.ask_as(Some(key), "{ viewer { scopes } }", json!({})).await;
        answer["data"]["viewer"]["scopes"].clone()
    };
    // Tier, roles, and whether that is enough.
    for (name, tier, roles, enough) in [
        ("jace", 1_i16, 0_i16, false),
        ("chandra", 2, 0, false),
        ("liliana", 3, 0, false),
        ("nissa", 1, 1, false),
        ("gideon", 1, 2, true),
        ("ajani", 4, 0, true),
    ] {
        let person = Person::new(&served, name).await;
        served
            .app
            .sql("UPDATE users SET tier = $1, roles = $2 WHERE email = $3", &[&tier, &roles, &person.email])
            .await;
        let person = person.again(&served).await;
        let made = create(&served, &person, wanted.clone()).await;
        let Some(key) = made["secret"].as_str() else {
            assert!(!enough, "{name}: {made}");
            assert_eq!(made["errors"], json!([{ "code": "SCOPE_NOT_ALLOWED", "field": "scopes" }]), "{name}");
            continue;
        };
        assert!(enough, "{name}");
        assert_eq!(scopes(key).await, json!(["READ_CATALOGUE", "PARTNER"]));
        served.app.sql("UPDATE users SET tier = 1, roles = 0 WHERE email = $1", &[&person.email]).await;
        served.until(async || scopes(key).await == json!(["READ_CATALOGUE"])).await;
    }
}
