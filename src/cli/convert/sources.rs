//! The users of other systems, by their documented formats.

use super::{Hash, Hashes, Person, USERNAME};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde_json::Value;

/// The first of these members that is a text with something in it.
fn first<'v>(user: &'v Value, names: &[&str]) -> Option<&'v Value> {
    let members = names.iter().filter_map(|name| user.get(name));
    members.into_iter().find(|value| value.as_str().is_some_and(|text| !text.trim().is_empty()))
}

fn is_true(user: &Value, name: &str) -> bool {
    user.get(name).and_then(Value::as_bool) == Some(true)
}

/// Auth0: a line of the export job of Users Export, or of the export with hashes that its support makes.
pub(super) fn auth0(user: &Value) -> Person {
    let mut person = Person::default();
    let name = first(user, &["username", "email", "phone_number", "user_id"]);
    // `auth0|5f7c...`: a bar stays in no username of a database connection.
    person.set(USERNAME, name);
    for (column, members) in [
        ("email", &["email", "Email"][..]),
        ("phone_number", &["phone_number", "Phone Number"]),
        ("name", &["name", "Name"]),
        ("given_name", &["given_name", "Given Name"]),
        ("family_name", &["family_name", "Family Name"]),
        ("nickname", &["nickname", "Nickname"]),
        ("picture", &["picture", "Picture"]),
        ("locale", &["locale"]),
    ] {
        person.set(column, first(user, members));
    }
    person.set("email_verified", user.get("email_verified").or_else(|| user.get("Email Verified")));
    person.set("phone_number_verified", user.get("phone_verified"));
    if let Some(hash) = first(user, &["passwordHash"]).and_then(Value::as_str) {
        let bcrypt = hash.starts_with("$2");
        person.hash = if bcrypt { Hash::Known(Hashes::Bcrypt, hash.to_owned()) } else { Hash::Unknown };
    }
    if is_true(user, "blocked") {
        person.lost.push("blocked users: they come in enabled, so disable them (AdminDisableUser)");
    }
    person
}

/// Firebase: a member of `users` of `firebase auth:export users.json`.
pub(super) fn firebase(user: &Value) -> Person {
    let mut person = Person::default();
    person.set(USERNAME, first(user, &["email", "phoneNumber", "localId"]));
    for (column, member) in
        [("email", "email"), ("phone_number", "phoneNumber"), ("name", "displayName"), ("picture", "photoUrl")]
    {
        person.set(column, user.get(member));
    }
    person.set("email_verified", user.get("emailVerified"));
    if person.values.contains_key("phone_number") {
        // Firebase keeps a number only after a code sent to it came back.
        person.values.insert("phone_number_verified", "true".to_owned());
    }
    if first(user, &["passwordHash"]).is_some() {
        person.hash = Hash::Unknown;
    }
    if is_true(user, "disabled") {
        person.lost.push("blocked users: they come in enabled, so disable them (AdminDisableUser)");
    }
    person
}

/// Keycloak: a member of `users` of a realm export.
pub(super) fn keycloak(user: &Value) -> Person {
    let mut person = Person::default();
    person.set(USERNAME, first(user, &["username", "email"]));
    for (column, member) in [("email", "email"), ("given_name", "firstName"), ("family_name", "lastName")] {
        person.set(column, user.get(member));
    }
    person.set("email_verified", user.get("emailVerified"));
    let attribute = |names: &[&str]| {
        let attributes = user.get("attributes")?;
        names.iter().find_map(|name| attributes.get(name)?.get(0))
    };
    person.set("phone_number", attribute(&["phoneNumber", "phone_number"]));
    person.set("phone_number_verified", attribute(&["phoneNumberVerified", "phone_number_verified"]));
    person.set("locale", attribute(&["locale"]));
    person.set("picture", attribute(&["picture"]));
    for credential in user.get("credentials").and_then(Value::as_array).into_iter().flatten() {
        match credential.get("type").and_then(Value::as_str) {
            Some("password") => person.hash = keycloak_hash(credential).unwrap_or(Hash::Unknown),
            Some("otp") => person.lost.push("authenticator apps: these users set them up again"),
            _ => {}
        }
    }
    if user.get("enabled").and_then(Value::as_bool) == Some(false) {
        person.lost.push("blocked users: they come in enabled, so disable them (AdminDisableUser)");
    }
    person
}

/// A credential of type password: its data are JSON in texts.
fn keycloak_hash(credential: &Value) -> Option<Hash> {
    let inner = |member: &str| serde_json::from_str::<Value>(credential.get(member)?.as_str()?).ok();
    let (data, secret) = (inner("credentialData")?, inner("secretData")?);
    let bytes = |member: &str| STANDARD.decode(secret.get(member)?.as_str()?).ok();
    let (salt, hash) = (STANDARD_NO_PAD.encode(bytes("salt")?), STANDARD_NO_PAD.encode(bytes("value")?));
    let passes = data.get("hashIterations")?.as_u64()?;
    match data.get("algorithm")?.as_str()? {
        "pbkdf2-sha256" => Some(Hash::Known(Hashes::Pbkdf2Sha256, format!("$pbkdf2-sha256${passes}${salt}${hash}"))),
        "argon2" => {
            let more = data.get("additionalParameters")?;
            let parameter = |name: &str| more.get(name)?.get(0)?.as_str();
            if (parameter("type")?, parameter("version")?) != ("id", "1.3") {
                return None;
            }
            let (memory, lanes) = (parameter("memory")?, parameter("parallelism")?);
            let text = format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}");
            Some(Hash::Known(Hashes::Argon2id, text))
        }
        _ => None,
    }
}

/// SCIM 2.0 (RFC 7643): a member of `Resources` of a list response.
pub(super) fn scim(user: &Value) -> Person {
    let mut person = Person::default();
    person.set(USERNAME, user.get("userName"));
    let primary = |list: &str| {
        let values = user.get(list)?.as_array()?;
        values.iter().find(|value| is_true(value, "primary")).or_else(|| values.first())?.get("value")
    };
    person.set("email", primary("emails"));
    // RFC 3966 addresses may stand there; what is no E.164 number is refused by the job, with its line.
    person.set("phone_number", primary("phoneNumbers"));
    person.set("picture", primary("photos"));
    let name = |part: &str| user.get("name").and_then(|name| name.get(part));
    person.set("name", name("formatted").or_else(|| user.get("displayName")));
    person.set("given_name", name("givenName"));
    person.set("family_name", name("familyName"));
    for (column, member) in
        [("nickname", "nickName"), ("locale", "locale"), ("zoneinfo", "timezone"), ("profile", "profileUrl")]
    {
        person.set(column, user.get(member));
    }
    if user.get("active").and_then(Value::as_bool) == Some(false) {
        person.lost.push("blocked users: they come in enabled, so disable them (AdminDisableUser)");
    }
    person
}
