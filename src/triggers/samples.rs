//! A sample event for every trigger source: `poolhouse plugin events` prints them, and new plugins are tested with
//! them.

use serde_json::{Map, Value, json};

/// All trigger sources, in the order in which a user meets them.
pub const SOURCES: &[&str] = &[
    "PreSignUp_SignUp",
    "PreSignUp_AdminCreateUser",
    "PreSignUp_ExternalProvider",
    "CustomMessage_SignUp",
    "CustomMessage_AdminCreateUser",
    "CustomMessage_ResendCode",
    "CustomMessage_ForgotPassword",
    "CustomMessage_UpdateUserAttribute",
    "CustomMessage_VerifyUserAttribute",
    "CustomMessage_Authentication",
    "CustomEmailSender_SignUp",
    "CustomEmailSender_AdminCreateUser",
    "CustomEmailSender_ResendCode",
    "CustomEmailSender_ForgotPassword",
    "CustomEmailSender_UpdateUserAttribute",
    "CustomEmailSender_VerifyUserAttribute",
    "CustomEmailSender_Authentication",
    "CustomEmailSender_AccountTakeOverNotification",
    "CustomSMSSender_SignUp",
    "CustomSMSSender_AdminCreateUser",
    "CustomSMSSender_ResendCode",
    "CustomSMSSender_ForgotPassword",
    "CustomSMSSender_UpdateUserAttribute",
    "CustomSMSSender_VerifyUserAttribute",
    "CustomSMSSender_Authentication",
    "PostConfirmation_ConfirmSignUp",
    "PostConfirmation_ConfirmForgotPassword",
    "PreAuthentication_Authentication",
    "PostAuthentication_Authentication",
    "DefineAuthChallenge_Authentication",
    "CreateAuthChallenge_Authentication",
    "VerifyAuthChallengeResponse_Authentication",
    "TokenGeneration_Authentication",
    "TokenGeneration_HostedAuth",
    "TokenGeneration_NewPasswordChallenge",
    "TokenGeneration_AuthenticateDevice",
    "TokenGeneration_RefreshTokens",
    "TokenGeneration_ClientCredentials",
    "TokenGeneration_TokenExchange",
    "UserMigration_Authentication",
    "UserMigration_ForgotPassword",
    "InboundFederation_ExternalProvider",
];

/// Attributes as a new user submits them.
fn submitted() -> Value {
    json!({ "email": "ann@example.com", "phone_number": "+15555550100", "given_name": "Ann", "locale": "en" })
}

/// Attributes of an existing user.
fn stored() -> Value {
    let mut all = Map::new();
    all.insert("sub".to_owned(), json!("d0a1c2e3-4b5f-4a6b-8c7d-9e0f1a2b3c4d"));
    all.insert("cognito:user_status".to_owned(), json!("CONFIRMED"));
    all.insert("email_verified".to_owned(), json!("true"));
    if let Value::Object(own) = submitted() {
        all.extend(own);
    }
    Value::Object(all)
}

/// The members that differ between triggers: version, request and response.
fn own(trigger: &str, detail: &str) -> Option<(&'static str, Value, Value)> {
    let rounds =
        json!([{ "challengeName": "CUSTOM_CHALLENGE", "challengeResult": false, "challengeMetadata": "CODE-1" }]);
    Some(match trigger {
        "PreSignUp" => (
            "1",
            json!({ "userAttributes": submitted(), "validationData": null }),
            json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false }),
        ),
        "CustomMessage" => {
            let username = (detail == "AdminCreateUser").then_some("{username}");
            let request = json!({
                "userAttributes": stored(), "codeParameter": "{####}", "linkParameter": "{##Click Here##}", "usernameParameter": username,
            });
            ("1", request, json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null }))
        }
        "CustomEmailSender" | "CustomSMSSender" => {
            let kind =
                if trigger == "CustomEmailSender" { "customEmailSenderRequestV1" } else { "customSMSSenderRequestV1" };
            ("1", json!({ "type": kind, "code": "123456", "userAttributes": stored() }), json!({}))
        }
        "PostConfirmation" => ("1", json!({ "userAttributes": stored() }), json!({})),
        "PreAuthentication" => ("1", json!({ "userAttributes": stored(), "validationData": null }), json!({})),
        "PostAuthentication" => ("1", json!({ "userAttributes": stored(), "newDeviceUsed": false }), json!({})),
        "DefineAuthChallenge" => (
            "1",
            json!({ "userAttributes": stored(), "session": rounds }),
            json!({ "challengeName": null, "issueTokens": null, "failAuthentication": null }),
        ),
        "CreateAuthChallenge" => (
            "1",
            json!({ "userAttributes": stored(), "challengeName": "CUSTOM_CHALLENGE", "session": rounds }),
            json!({ "publicChallengeParameters": {}, "privateChallengeParameters": {}, "challengeMetadata": null }),
        ),
        "VerifyAuthChallengeResponse" => (
            "1",
            json!({ "userAttributes": stored(), "privateChallengeParameters": { "code": "123456" }, "challengeAnswer": "123456" }),
            json!({ "answerCorrect": null }),
        ),
        "TokenGeneration" => {
            let (attributes, groups) = match detail {
                "ClientCredentials" => (json!({}), Value::Null),
                _ => (
                    stored(),
                    json!({ "groupsToOverride": ["staff"], "iamRolesToOverride": [], "preferredRole": null }),
                ),
            };
            let scopes = json!(["aws.cognito.signin.user.admin"]);
            let version = if detail == "ClientCredentials" { "3" } else { "2" };
            (
                version,
                json!({ "userAttributes": attributes, "groupConfiguration": groups, "scopes": scopes }),
                json!({ "claimsAndScopeOverrideDetails": null }),
            )
        }
        "UserMigration" => {
            let mut request = json!({ "validationData": null, "userAttributes": null });
            if let (Value::Object(request), "Authentication") = (&mut request, detail) {
                request.insert("password".to_owned(), json!("Correct-Horse7"));
            }
            let response = json!({
                "userAttributes": null, "forceAliasCreation": null, "enableSMSMFA": null, "finalUserStatus": null, "messageAction": null,
                "desiredDeliveryMediums": null,
            });
            ("1", request, response)
        }
        "InboundFederation" => (
            "1",
            json!({ "providerName": "CorpAD", "providerType": "SAML", "attributes": { "samlResponse": { "email": "ann@example.com" } } }),
            json!({ "userAttributesToMap": {} }),
        ),
        _ => return None,
    })
}

/// A sample event; `None` where there is no such trigger source.
pub fn sample(source: &str) -> Option<Value> {
    if !SOURCES.contains(&source) {
        return None;
    }
    let (trigger, detail) = source.split_once('_')?;
    let (version, request, response) = own(trigger, detail)?;
    let user = match (trigger, detail) {
        (_, "ClientCredentials") => "ClientCredentials",
        ("InboundFederation", _) | (_, "ExternalProvider") => "CorpAD_ann@example.com",
        _ => "ann",
    };
    let client = if detail == "AdminCreateUser" { "CLIENT_ID_NOT_APPLICABLE" } else { "1example23456789abcdefghij" };
    Some(json!({
        "version": version,
        "triggerSource": source,
        "region": "us-east-1",
        "userPoolId": "us-east-1_Example01",
        "userName": user,
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client },
        "request": request,
        "response": response,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_a_sample() {
        for source in SOURCES {
            let event = sample(source).unwrap_or_default();
            assert_eq!(event.get("triggerSource"), Some(&json!(source)));
            assert!(event.get("response").is_some_and(Value::is_object));
        }
        assert_eq!(sample("PreSignUp_Nobody"), None);
        assert_eq!(sample("CustomSMSSender_AccountTakeOverNotification"), None);
    }
}
