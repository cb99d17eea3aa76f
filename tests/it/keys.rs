//! API keys: what they may do, and how they end.

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
    for (at, problem) in
        [("2020-01-01T00:00:00Z", "EXPIRY_INVALID"), ("2999-01-01T00:00:00Z", "EXPIRY_INVALID")]
    {
        let made = create(&served, &jace, json!({ "name": "x", "scopes": [], "expiresAt": at })).await;
        assert_eq!(made["errors"][0]["code"], problem);
    }
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
