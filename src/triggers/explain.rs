//! Explains to plugin authors what the server would do with an answer.

use super::answer::{flag, text};
use super::failure::unrecognizable_output;
use super::inbound;
use super::messages::CustomizedMessage;
use super::migration::MigratedUser;
use super::sign_up::PreSignUpResponse;
use super::tokens::{ClaimChanges, TokenOverrides, V1_MEMBER, V2_MEMBER};
use crate::fault::Fault;
use crate::model::Contact;
use serde_json::{Map, Value};

/// What the server would do with an answer to an event of this source, one sentence each. An error is the error that
/// the API caller would see.
pub fn explain_answer(source: &str, answer: &Value) -> Result<Vec<String>, Fault> {
    let Some(Value::Object(response)) = answer.get("response") else { return Err(unrecognizable_output()) };
    let trigger = source.split('_').next().unwrap_or_default();
    let said = match trigger {
        "PreSignUp" => sign_up(&PreSignUpResponse::read(response)?),
        "CustomMessage" => message(response)?,
        "TokenGeneration" => tokens(response)?,
        "UserMigration" => migration(&MigratedUser::read(response)?),
        "DefineAuthChallenge" => define(response)?,
        "CreateAuthChallenge" => {
            vec![format!("ask for the challenge, showing {}", names(response.get("publicChallengeParameters"))?)]
        }
        "VerifyAuthChallengeResponse" => match response.get("answerCorrect").and_then(Value::as_bool) {
            Some(true) => vec!["take the answer as right".into()],
            Some(false) => vec!["take the answer as wrong".into()],
            None => return Err(unrecognizable_output()),
        },
        "InboundFederation" => match inbound::attributes(response)? {
            Some(attributes) => {
                vec![format!("map these attributes instead of the provider's: {}", joined(attributes.keys()))]
            }
            None => vec!["map the provider's attributes as they are".into()],
        },
        "CustomEmailSender" | "CustomSMSSender" => vec!["send nothing itself, and not look at the answer".into()],
        _ => vec!["go on".into()],
    };
    Ok(said)
}

fn joined<T: AsRef<str>>(names: impl Iterator<Item = T>) -> String {
    let all: Vec<String> = names.map(|name| name.as_ref().to_owned()).collect();
    if all.is_empty() { "nothing".into() } else { all.join(", ") }
}

fn names(map: Option<&Value>) -> Result<String, Fault> {
    match map {
        None | Some(Value::Null) => Ok("nothing".into()),
        Some(Value::Object(map)) => Ok(joined(map.keys())),
        Some(_) => Err(unrecognizable_output()),
    }
}

fn sign_up(verdict: &PreSignUpResponse) -> Vec<String> {
    let mut said = vec!["accept the sign-up".to_owned()];
    said.push(if verdict.confirm { "confirm the user without a code" } else { "send a code to confirm" }.into());
    for contact in [Contact::Email, Contact::Phone] {
        if verdict.verifies(contact) {
            said.push(format!("mark {} as verified (it must be there)", contact.attribute()));
        }
    }
    said
}

fn message(response: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    let (mail, sms) =
        (CustomizedMessage::read(response, Contact::Email)?, CustomizedMessage::read(response, Contact::Phone)?);
    let part = |what: &str, words: &Option<String>| match words {
        Some(words) => format!("write {what} with these {} characters: {words}", words.chars().count()),
        None => format!("write {what} with the pool's own words"),
    };
    Ok(vec![part("the subject", &mail.subject), part("the mail", &mail.body), part("the SMS", &sms.body)])
}

fn claims(token: &str, changes: &ClaimChanges) -> Vec<String> {
    let mut said = Vec::new();
    if !changes.add.is_empty() {
        said.push(format!("put into the {token} token: {}", joined(changes.add.keys())));
    }
    if !changes.suppress.is_empty() {
        said.push(format!("leave out of the {token} token: {}", joined(changes.suppress.iter())));
    }
    said
}

fn tokens(response: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    let name = if response.contains_key(V1_MEMBER) { V1_MEMBER } else { V2_MEMBER };
    let Some(overrides) = TokenOverrides::read(response, name)? else {
        return Ok(vec!["make the tokens as they are".into()]);
    };
    let mut said = [claims("ID", &overrides.id), claims("access", &overrides.access)].concat();
    if !overrides.scopes_to_add.is_empty() {
        said.push(format!("add the scopes {}", joined(overrides.scopes_to_add.iter())));
    }
    if !overrides.scopes_to_suppress.is_empty() {
        said.push(format!("leave out the scopes {}", joined(overrides.scopes_to_suppress.iter())));
    }
    if let Some(groups) = &overrides.groups {
        said.push(format!("put these groups into the tokens: {}", joined(groups.groups.iter())));
    }
    if said.is_empty() {
        said.push("make the tokens as they are".into());
    }
    Ok(said)
}

fn migration(migrated: &MigratedUser) -> Vec<String> {
    let keep = if migrated.confirmed { "keep the password" } else { "ask for a new password" };
    vec![format!("make the user with {}", joined(migrated.attributes.keys())), keep.to_owned()]
}

fn define(response: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    Ok(vec![if flag(response, "failAuthentication")? {
        "refuse the sign-in".into()
    } else if flag(response, "issueTokens")? {
        "let the user in".into()
    } else {
        let name = text(response, "challengeName")?.ok_or_else(unrecognizable_output)?;
        format!("ask for {name}")
    }])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use serde_json::json;

    fn said(source: &str, response: Value) -> String {
        match explain_answer(source, &json!({ "response": response })) {
            Ok(said) => said.join("; "),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn answers_are_told_in_words_and_wrong_ones_as_the_caller_sees_them() {
        assert!(
            said("PreSignUp_SignUp", json!({ "autoConfirmUser": true, "autoVerifyEmail": true }))
                .contains("without a code; mark email")
        );
        assert!(said("PreSignUp_SignUp", json!({ "autoConfirmUser": "yes" })).contains("Unrecognizable lambda output"));
        let claims = json!({ "claimsAndScopeOverrideDetails": { "accessTokenGeneration": { "claimsToAddOrOverride": { "tier": 1 } } } });
        assert_eq!(said("TokenGeneration_Authentication", claims), "put into the access token: tier");
        assert_eq!(
            said("DefineAuthChallenge_Authentication", json!({ "challengeName": "CUSTOM_CHALLENGE" })),
            "ask for CUSTOM_CHALLENGE"
        );
        assert!(said("DefineAuthChallenge_Authentication", json!({})).contains("Unrecognizable"));
        assert!(said("VerifyAuthChallengeResponse_Authentication", json!({})).contains("Unrecognizable"));
        assert!(
            said("UserMigration_Authentication", json!({ "userAttributes": { "email": "a@b.c" } }))
                .contains("ask for a new password")
        );
        assert!(said("CustomMessage_SignUp", json!({ "smsMessage": "x".repeat(141) })).contains("more than 140"));
    }

    #[test]
    fn an_event_as_it_came_means_that_nothing_changes() {
        for source in super::super::samples::SOURCES {
            let event = super::super::samples::sample(source).unwrap();
            let fine = explain_answer(source, &event).is_ok();
            let needs = ["DefineAuthChallenge", "VerifyAuthChallenge", "UserMigration"]
                .iter()
                .any(|name| source.starts_with(name));
            assert_eq!(fine, !needs, "{source}");
        }
    }
}
