//! The administration of the server over the wire: paths, forms, policies, and what pages of other origins may do.

use crate::house::{House, Key, mail, text};
use poolhouse::wire::{self, Headers, Request, Response, sigv4};
use serde_json::{Value, json};

async fn ask(house: &House, key: Option<&Key>, (method, path): (&str, &str), body: Value) -> Response {
    let mut headers = Headers::default();
    headers.push("host", "localhost");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
    let mut request = Request { method, path, query, headers, body, ..Request::default() };
    let cx = house.app.context().unwrap();
    if let Some(Key { id, secret }) = key {
        let secret = poolhouse::secret::Secret::new(secret.as_str());
        let (region, service) = ("eu-west-1".into(), "poolhouse".into());
        sigv4::sign(&mut request, &sigv4::Signer { key: id.clone(), secret, token: None, region, service }, cx.now);
    }
    let response = wire::answer(cx, &request).await;
    let odd = response.headers.iter().find(|(name, _)| *name == wire::NONCONFORMING);
    assert!(odd.is_none(), "{odd:?}");
    response
}

fn parsed(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or(Value::Null)
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn keys_are_made_listed_and_disabled_by_their_paths() {
    let house = House::new(json!({}), json!({})).await;
    let root = house.root();
    let made =
        ask(&house, Some(&root), ("POST", "/_poolhouse/keys"), json!({"Policy": "read-only", "Name": "w"})).await;
    assert_eq!((made.status, header(&made, "Cache-Control")), (200, Some("no-store")));
    let made = parsed(&made);
    assert_eq!((&made["Name"], &made["Policy"], &made["Enabled"]), (&json!("w"), &json!("read-only"), &json!(true)));
    let (id, secret) = (text(&made["AccessKeyId"]), text(&made["SecretAccessKey"]));
    let reader = Key { id: id.clone(), secret };
    let list = ask(&house, Some(&root), ("GET", "/_poolhouse/keys"), Value::Null).await;
    assert_eq!(parsed(&list)["AccessKeys"].as_array().unwrap().len(), 2);
    assert!(!String::from_utf8(list.body).unwrap().contains("SecretAccessKey"));
    let refused = ask(&house, Some(&reader), ("GET", "/_poolhouse/keys"), Value::Null).await;
    assert_eq!((refused.status, text(&parsed(&refused)["__type"])), (403, "AccessDeniedException".into()));
    let off = ask(&house, Some(&root), ("POST", &format!("/_poolhouse/keys/{id}/disable")), Value::Null).await;
    assert_eq!(parsed(&off)["Enabled"], json!(false));
    for (method, path) in [("GET", "/_poolhouse"), ("PUT", "/_poolhouse/keys"), ("GET", "/_poolhouse/keys/a/b/c")] {
        let unknown = ask(&house, Some(&root), (method, path), Value::Null).await;
        let name = text(&parsed(&unknown)["__type"]);
        assert_eq!((unknown.status, name.as_str()), (404, "UnknownOperationException"), "{method} {path}");
    }
    let broken = ask(&house, Some(&root), ("POST", "/_poolhouse/keys"), json!({"Name": "a b"})).await;
    let told = text(&parsed(&broken)["message"]);
    assert!(told.starts_with("2 validation errors detected") && told.contains("'policy'"), "{told}");
}

#[tokio::test]
async fn pages_of_other_origins_reach_only_what_an_access_token_opens() {
    let house = House::new(json!({}), json!({})).await;
    house.user("alice").await;
    let status = ask(&house, Some(&house.root()), ("GET", "/_poolhouse/status"), Value::Null).await;
    assert_eq!((status.status, header(&status, "Access-Control-Allow-Origin")), (200, None));
    let unsigned = ask(&house, None, ("GET", "/_poolhouse/status"), Value::Null).await;
    assert_eq!((unsigned.status, header(&unsigned, "Access-Control-Allow-Origin")), (403, None));
    let token = json!({"AccessToken": house.tokens("alice").await["AccessToken"]});
    let codes = ask(&house, None, ("POST", "/_poolhouse/me/backup-codes"), token).await;
    assert_eq!((codes.status, header(&codes, "Access-Control-Allow-Origin")), (400, Some("*")));
    assert!(text(&parsed(&codes)["message"]).contains("second factor"), "{}", mail("alice"));
}

#[tokio::test]
async fn a_client_is_described_to_keys_of_its_pool() {
    let house = House::new(json!({}), json!({"GenerateSecret": true})).await;
    let path = format!("/_poolhouse/clients/{}", house.client);
    let described = ask(&house, Some(&house.key("read-only").await), ("GET", &path), Value::Null).await;
    let described = parsed(&described);
    let issuer = format!("http://127.0.0.1:9229/{}", house.pool);
    assert_eq!((&described["Issuer"], &described["HasSecret"]), (&json!(issuer), &json!(true)));
    assert_eq!(described["JwksUri"], json!(format!("{issuer}/.well-known/jwks.json")));
    assert_eq!((&described["Region"], &described["ClientName"]), (&json!("eu-west-1"), &json!("test")));
    let other = house.another_pool(json!({})).await;
    let account = &house.app.services.config.identity.account_id;
    let resource = format!("arn:aws:cognito-idp:eu-west-1:{account}:userpool/{other}");
    let policy = json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": resource}}).to_string();
    let refused = ask(&house, Some(&house.key(&policy).await), ("GET", &path), Value::Null).await;
    assert_eq!(refused.status, 403);
}
