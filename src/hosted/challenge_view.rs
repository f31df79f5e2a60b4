//! What the page of each challenge shows.

use super::attributes;
use super::page_data::Waiting;
use super::visit::Visit;
use crate::fault::Fault;
use crate::keys::totp;
use crate::shapes::idp::ChallengeNameType as Name;
use serde_json::{Value, json};

pub fn context(visit: &Visit<'_>, waiting: &Waiting) -> Result<Value, Fault> {
    let mut context = match waiting.name {
        Name::NewPasswordRequired => json!({
            "kind": "new_password",
            "attributes": attributes::missing(visit, &required(waiting), &Default::default()),
            "policy": attributes::password_rules(visit),
        }),
        Name::SmsMfa | Name::EmailOtp | Name::SmsOtp => json!({"kind": "code", "lead": sent_to(visit, waiting)}),
        Name::SoftwareTokenMfa => json!({"kind": "code", "lead": visit.text("enter_app_code")}),
        Name::SelectMfaType => json!({"kind": "select_mfa", "choices": choices(visit, waiting)}),
        Name::SelectChallenge => json!({"kind": "select_first", "choices": choices(visit, waiting)}),
        Name::Password => json!({"kind": "password"}),
        Name::MfaSetup => match &waiting.seed {
            Some(seed) => set_up_app(visit, waiting, seed)?,
            None => json!({"kind": "set_up", "choices": choices(visit, waiting)}),
        },
        Name::WebAuthn => json!({
            "kind": "passkey",
            "options": waiting.parameters.get("CREDENTIAL_REQUEST_OPTIONS"),
            "script": script(visit),
        }),
        _ => json!({"kind": "custom", "questions": questions(waiting)}),
    };
    if let Value::Object(members) = &mut context {
        members.insert("username".into(), json!(waiting.username));
        members.insert("picture".into(), json!(picture(waiting)));
        members.insert("has_backup_codes".into(), json!(is_second_factor(waiting.name)));
    }
    Ok(context)
}

/// Which of a style's graphics goes with the step.
fn picture(waiting: &Waiting) -> &'static str {
    match waiting.name {
        Name::SmsMfa | Name::SmsOtp => "SMS",
        Name::EmailOtp => "EMAIL",
        Name::SoftwareTokenMfa | Name::MfaSetup => "AUTH_APP",
        Name::WebAuthn => "PASSKEY",
        Name::Password | Name::NewPasswordRequired => "PASSWORD",
        _ => "",
    }
}

/// The address of the script for passkeys.
pub fn script(visit: &Visit<'_>) -> String {
    format!("{}assets/{}", visit.at.request.cookie_path(), visit.templates().file_of("passkeys.js"))
}

/// Whether a backup code is taken in the code's place.
fn is_second_factor(name: Name) -> bool {
    matches!(name, Name::SmsMfa | Name::SoftwareTokenMfa)
}

/// The names of required attributes that the account lacks.
fn required(waiting: &Waiting) -> Vec<String> {
    let list = waiting.parameters.get("requiredAttributes").and_then(|list| serde_json::from_str(list).ok());
    let names: Vec<String> = list.unwrap_or_default();
    names.into_iter().map(|name| name.trim_start_matches("userAttributes.").to_owned()).collect()
}

fn sent_to(visit: &Visit<'_>, waiting: &Waiting) -> String {
    let parameter = |name: &str| waiting.parameters.get(name).map(String::as_str).unwrap_or_default();
    let by_mail = parameter("CODE_DELIVERY_DELIVERY_MEDIUM") == "EMAIL";
    let key = if by_mail { "code_sent_by_email" } else { "code_sent_by_sms" };
    visit.text_with(key, &[("destination", parameter("CODE_DELIVERY_DESTINATION").into())])
}

fn choices(visit: &Visit<'_>, waiting: &Waiting) -> Vec<Value> {
    let label = |name: &str| match Name::parse(name) {
        Some(Name::Password) => "choose_password",
        Some(Name::WebAuthn) => "choose_passkey",
        Some(Name::EmailOtp) => "choose_email",
        Some(Name::SmsOtp | Name::SmsMfa) => "choose_sms",
        Some(Name::SoftwareTokenMfa) => "choose_app",
        _ => "choose_other",
    };
    waiting.choices.iter().map(|name| json!({"name": name, "label": visit.text(label(name))})).collect()
}

fn set_up_app(visit: &Visit<'_>, waiting: &Waiting, seed: &[u8]) -> Result<Value, Fault> {
    let secret = totp::text(seed);
    let issuer = visit.at.pool.name.as_str();
    let enrolment = totp::enrolment(seed, issuer, &waiting.username)?;
    // In groups of four, it can be read aloud and typed.
    let grouped: Vec<String> = secret.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
    Ok(json!({
        "kind": "set_up_app",
        "qr": format!("data:image/png;base64,{}", enrolment.qr),
        "uri": enrolment.uri,
        "secret": grouped.join(" "),
    }))
}

/// What the pool's functions ask, as they put it. The username is no question.
fn questions(waiting: &Waiting) -> Vec<Value> {
    let shown = waiting.parameters.iter().filter(|(name, _)| *name != "USERNAME");
    shown.map(|(name, text)| json!({"name": name, "text": text})).collect()
}
