#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::*;
use serde_json::json;

fn rows(from: From, hashes: Option<Hashes>, file: &str) -> (Vec<String>, Report) {
    let args = ConvertArgs { file: "x".into(), from, hashes, trust_emails: false, dry_run: false, output: None };
    let (mut rows, mut report) = (Vec::new(), Report::new());
    stream::each_user(file.as_bytes(), from == From::Auth0, |user| rows.extend(take(&args, &user, &mut report)))
        .unwrap();
    (rows, report)
}

#[test]
fn auth0s_lines_are_read() {
    let file = concat!(
        r#"{"_id":{"$oid":"60425d"},"email":"ann@example.com","email_verified":true,"name":"Arbor, Ann","#,
        r#""passwordHash":"$2b$10$Z6hUTEEeoJXN5/AmSm/4.eZ75RYgFVriQM9LPhNEC7kbAbS/VAaJ2"}"#,
        "\n",
        r#"{"user_id":"sms|1","phone_number":"+15550001","phone_verified":true,"blocked":true}"#,
        "\n{}\n"
    );
    let (found, report) = rows(From::Auth0, Some(Hashes::Bcrypt), file);
    assert_eq!(
        found,
        [
            "ann@example.com,ann@example.com,true,,,Arbor\\, Ann,,,,,,,,$2b$10$Z6hUTEEeoJXN5/AmSm/4.eZ75RYgFVriQM9LPhNEC7kbAbS/VAaJ2",
            "+15550001,,,+15550001,true,,,,,,,,,"
        ]
    );
    assert_eq!(report["users written"], 2);
    assert_eq!(report["passwords that go on working"], 1);
    assert_eq!(report["users without a name of any kind: left out"], 1);
}

#[test]
fn keycloaks_realm_is_read_with_its_hashes() {
    let password = |data: Value| {
        json!([{"type": "password", "credentialData": data.to_string(),
            "secretData": json!({"value": "AAECAwQFBgcICQoLDA0ODw==", "salt": "AAEC", "additionalParameters": {}}).to_string()}])
    };
    let argon = json!({"hashIterations": 5, "algorithm": "argon2", "additionalParameters":
        {"hashLength": ["32"], "memory": ["7168"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]}});
    let file = json!({"realm": "r", "groups": [{"name": "users"}], "users": [
        {"username": "ann", "email": "a@example.com", "emailVerified": true, "firstName": "Ann", "enabled": true,
            "attributes": {"locale": ["de"]}, "credentials": password(json!({"hashIterations": 27500, "algorithm": "pbkdf2-sha256"}))},
        {"username": "bob", "enabled": false, "credentials": password(argon)},
    ]});
    let (found, report) = rows(From::Keycloak, Some(Hashes::Pbkdf2Sha256), &file.to_string());
    assert_eq!(found[0], "ann,a@example.com,true,,,,Ann,,,,de,,,$pbkdf2-sha256$27500$AAEC$AAECAwQFBgcICQoLDA0ODw");
    assert_eq!(found[1], "bob,,,,,,,,,,,,,");
    assert_eq!(report["users without a verified address or number: an import job will refuse them"], 1);
    let (found, _) = rows(From::Keycloak, Some(Hashes::Argon2id), &file.to_string());
    assert_eq!(found[1], "bob,,,,,,,,,,,,,$argon2id$v=19$m=7168\\,t=5\\,p=1$AAEC$AAECAwQFBgcICQoLDA0ODw");
}

#[test]
fn firebase_and_scim_are_read() {
    let file = json!({"users": [{"localId": "x1", "email": "a@example.com", "emailVerified": true, "passwordHash": "aa",
        "salt": "bb", "displayName": "Ann", "providerUserInfo": []}, {"localId": "x2", "phoneNumber": "+15550001"}]});
    let (found, report) = rows(From::Firebase, None, &file.to_string());
    assert_eq!(found, ["a@example.com,a@example.com,true,,,Ann,,,,,,,", "+15550001,,,+15550001,true,,,,,,,,"]);
    assert_eq!(report["hashes of a form that import jobs do not take: these users set a new password"], 1);
    let file = json!({"totalResults": 1, "Resources": [{"userName": "ann", "name": {"givenName": "Ann", "familyName": "Arbor"},
        "emails": [{"value": "old@example.com"}, {"value": "ann@example.com", "primary": true}], "active": true}]});
    assert_eq!(rows(From::Scim, None, &file.to_string()).0, ["ann,ann@example.com,,,,,Ann,Arbor,,,,,"]);
}

#[test]
fn a_broken_file_is_refused() {
    for file in ["", "[]", "{\"users\": {}}", "{\"users\": [}", "{\"users\": []} x"] {
        assert!(stream::each_user(file.as_bytes(), false, |_| ()).is_err(), "{file}");
    }
}
