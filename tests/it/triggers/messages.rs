//! CustomMessage, CustomEmailSender and CustomSMSSender.

use super::*;
use crate::house::{PASSWORD, mail, text};

const WORDS: &str = "CustomMessage";

fn pool(more: Value) -> Value {
    let verified = json!({"AutoVerifiedAttributes": ["email"]});
    merged(merged(lambdas(&[WORDS]), verified), more)
}

fn sign_up(house: &House, name: &str) -> Value {
    merged(house.of(name), json!({"Password": PASSWORD, "UserAttributes": [{"Name": "email", "Value": mail(name)}]}))
}

/// The newest message to an address: subject, text and code.
async fn received(house: &House, to: &str) -> Option<(String, String, String)> {
    house.app.app.services.delivery.drain().await.unwrap();
    let message = house.app.app.services.delivery.inbox().unwrap().last_to(to)?;
    Some((message.subject, message.text, message.code))
}

/// Lets senders finish, which nobody waits for.
async fn settled(functions: &Recorder) -> Value {
    for _ in 0..1000 {
        if !functions.seen.lock().unwrap().is_empty() {
            return functions.one();
        }
        tokio::task::yield_now().await;
    }
    panic!("no sender was called");
}

fn own() -> Value {
    json!({"emailSubject": "Hi", "emailMessage": "Take {####}, please", "smsMessage": "{####}!"})
}

#[tokio::test]
async fn every_message_has_its_event_and_gets_its_words() {
    let (house, functions) = house(pool(json!({})), json!({})).await;
    functions.answer(WORDS, own());
    let metadata = json!({"ClientMetadata": {"k": "v"}});
    house.done("SignUp", merged(sign_up(&house, "alice"), metadata.clone())).await;
    let sub = stored(&house, "alice").await["sub"].clone();
    let golden = Golden {
        version: "1",
        source: "CustomMessage_SignUp",
        user: "alice",
        client: &house.client,
        request: json!({"userAttributes": {"sub": sub, "cognito:user_status": "UNCONFIRMED", "email": mail("alice"), "email_verified": "false"},
            "codeParameter": "{####}", "linkParameter": "{##Click Here##}", "usernameParameter": null, "clientMetadata": {"k": "v"}}),
        response: json!({"smsMessage": null, "emailMessage": null, "emailSubject": null}),
    };
    check(&house, &functions.one(), golden);
    let (subject, words, code) = received(&house, &mail("alice")).await.unwrap();
    assert_eq!((subject.as_str(), words), ("Hi", format!("Take {code}, please")));
    let told = async |source: &str| {
        let event = functions.one();
        assert_eq!(
            (text(&event["triggerSource"]), &event["request"]["clientMetadata"]),
            (source.into(), &json!({"k": "v"}))
        );
        let (subject, words, code) =
            received(&house, event["request"]["userAttributes"]["email"].as_str().unwrap()).await.unwrap();
        assert_eq!((subject.as_str(), words), ("Hi", format!("Take {code}, please")));
        code
    };
    house.done("ResendConfirmationCode", merged(house.of("alice"), metadata.clone())).await;
    let code = told("CustomMessage_ResendCode").await;
    house.done("ConfirmSignUp", merged(house.of("alice"), json!({"ConfirmationCode": code}))).await;
    let tokens = house.tokens("alice").await;
    house.done("ForgotPassword", merged(house.of("alice"), metadata.clone())).await;
    told("CustomMessage_ForgotPassword").await;
    let token = json!({"AccessToken": tokens["AccessToken"]});
    let body = merged(token.clone(), json!({"UserAttributes": [{"Name": "email", "Value": "new@example.com"}]}));
    house.done("UpdateUserAttributes", merged(body, metadata.clone())).await;
    told("CustomMessage_UpdateUserAttribute").await;
    let body = merged(token, json!({"AttributeName": "email"}));
    house.done("GetUserAttributeVerificationCode", merged(body, metadata.clone())).await;
    told("CustomMessage_VerifyUserAttribute").await;
    let body =
        merged(house.admin("alice"), json!({"UserAttributes": [{"Name": "email", "Value": "third@example.com"}]}));
    house.done("AdminUpdateUserAttributes", merged(body, metadata.clone())).await;
    told("CustomMessage_UpdateUserAttribute").await;
    house.user("bob").await;
    house.done("AdminResetUserPassword", merged(house.admin("bob"), metadata)).await;
    told("CustomMessage_ForgotPassword").await;
}

#[tokio::test]
async fn codes_for_signing_in_have_their_event() {
    let allowed = json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}});
    let (house, functions) = house(pool(allowed), json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]})).await;
    house.user("alice").await;
    functions.answer(WORDS, own());
    let body = json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "ClientMetadata": {"not": "told"},
        "AuthParameters": {"USERNAME": "alice", "PREFERRED_CHALLENGE": "EMAIL_OTP"}});
    house.done("InitiateAuth", body).await;
    let event = functions.one();
    assert_eq!(
        (text(&event["triggerSource"]), event["request"].get("clientMetadata")),
        ("CustomMessage_Authentication".into(), None)
    );
    let (_, words, code) = received(&house, &mail("alice")).await.unwrap();
    assert_eq!(words, format!("Take {code}, please"));
}

#[tokio::test]
async fn invitations_need_name_and_password() {
    let (house, functions) = house(pool(json!({})), json!({})).await;
    let body = |name: &str| {
        merged(
            house.admin(name),
            json!({"DesiredDeliveryMediums": ["EMAIL"], "UserAttributes": [{"Name": "email", "Value": mail(name)}]}),
        )
    };
    functions.answer(WORDS, json!({"emailMessage": "{username}: {####}"}));
    house.done("AdminCreateUser", body("alice")).await;
    let event = functions.one();
    assert_eq!(
        (text(&event["triggerSource"]), text(&event["request"]["usernameParameter"])),
        ("CustomMessage_AdminCreateUser".into(), "{username}".into())
    );
    let (subject, words, code) = received(&house, &mail("alice")).await.unwrap();
    assert_eq!(
        (subject.as_str(), words),
        ("Your temporary password", format!("alice: {code}")),
        "null is the template's"
    );
    functions.answer(WORDS, own());
    let refused = house.refused("AdminCreateUser", body("bob")).await;
    assert_eq!(
        refused,
        "InvalidLambdaResponseException: CustomMessage answered a message without {username} and {####}."
    );
    assert!(house.refused("AdminGetUser", house.admin("bob")).await.starts_with("UserNotFoundException"));
    functions.take();
    house.refused("AdminCreateUser", body("alice")).await;
    assert!(functions.take().is_empty(), "nobody writes to a user who is there already");
}

#[tokio::test]
async fn words_that_cannot_be_sent_are_refused() {
    let (house, functions) = house(pool(json!({})), json!({})).await;
    let unrecognizable = "InvalidLambdaResponseException: Unrecognizable lambda output";
    let cases = [
        (json!({"emailMessage": 7}), unrecognizable),
        (json!({"emailSubject": ["a"]}), unrecognizable),
        (json!({"smsMessage": {}}), unrecognizable),
        (
            json!({"emailMessage": "no place"}),
            "InvalidLambdaResponseException: CustomMessage answered a message without {####}.",
        ),
        (
            json!({"emailMessage": format!("{{####}}{}", "x".repeat(20_000))}),
            "InvalidLambdaResponseException: CustomMessage answered emailMessage of more than 20000 characters.",
        ),
        (
            json!({"emailSubject": "x".repeat(141)}),
            "InvalidLambdaResponseException: CustomMessage answered emailSubject of more than 140 characters.",
        ),
    ];
    for (answer, told) in cases {
        functions.answer(WORDS, answer);
        assert_eq!(house.refused("SignUp", sign_up(&house, "alice")).await, told);
        assert!(house.refused("AdminGetUser", house.admin("alice")).await.starts_with("UserNotFoundException"));
    }
    functions.refuse(WORDS);
    let refused = house.refused("SignUp", sign_up(&house, "alice")).await;
    assert_eq!(refused, "UserLambdaValidationException: CustomMessage failed with error not today.");
    functions.answer(WORDS, json!({"emailMessage": null, "smsMessage": ""}));
    house.done("SignUp", sign_up(&house, "alice")).await;
    let (_, words, code) = received(&house, &mail("alice")).await.unwrap();
    assert_eq!(words, format!("Your verification code is {code}"));
}

#[tokio::test]
async fn links_keep_their_place() {
    let template = json!({"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}});
    let (house, functions) = house(pool(template), json!({})).await;
    functions.answer(WORDS, json!({"emailMessage": "Go {##here##}"}));
    house.done("SignUp", sign_up(&house, "alice")).await;
    let (_, words, code) = received(&house, &mail("alice")).await.unwrap();
    assert!(words.starts_with("Go here (") && words.contains(&format!("confirmation_code={code}")), "{words}");
    functions.answer(WORDS, json!({"emailMessage": "Type {####}"}));
    house.done("SignUp", sign_up(&house, "bob")).await;
    let (_, words, code) = received(&house, &mail("bob")).await.unwrap();
    assert_eq!(words, format!("Type {code}"));
}

fn senders() -> Value {
    let sender = |name: &str| json!({"LambdaVersion": "V1_0", "LambdaArn": arn(name)});
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1";
    json!({"AutoVerifiedAttributes": ["email", "phone_number"], "LambdaConfig": {"CustomMessage": arn(WORDS), "KMSKeyID": key,
        "CustomEmailSender": sender("CustomEmailSender"), "CustomSMSSender": sender("CustomSMSSender")}})
}

#[tokio::test]
async fn senders_of_the_pools_own_get_the_code_in_place_of_mail_and_sms() {
    let (house, functions) = house(senders(), json!({})).await;
    house.done("SignUp", merged(sign_up(&house, "alice"), json!({"ClientMetadata": {"k": "v"}}))).await;
    let event = settled(&functions).await;
    let code = text(&event["request"]["code"]);
    let sub = stored(&house, "alice").await["sub"].clone();
    let golden = Golden {
        version: "1",
        source: "CustomEmailSender_SignUp",
        user: "alice",
        client: &house.client,
        request: json!({"type": "customEmailSenderRequestV1", "code": code, "clientMetadata": {"k": "v"}, "userAttributes": {"sub": sub,
            "cognito:user_status": "UNCONFIRMED", "email": mail("alice"), "email_verified": "false"}}),
        response: json!({}),
    };
    check(&house, &event, golden);
    assert_eq!(received(&house, &mail("alice")).await, None, "in place of mail");
    functions.refuse("CustomSMSSender");
    let body = merged(
        house.of("bob"),
        json!({"Password": PASSWORD, "UserAttributes": [{"Name": "phone_number", "Value": "+15550100"}]}),
    );
    house.done("SignUp", body).await;
    let event = settled(&functions).await;
    assert_eq!(
        (text(&event["triggerSource"]), text(&event["request"]["type"])),
        ("CustomSMSSender_SignUp".into(), "customSMSSenderRequestV1".into())
    );
    let body = |code: &str, name: &str| merged(house.of(name), json!({ "ConfirmationCode": code }));
    house.done("ConfirmSignUp", body(&text(&event["request"]["code"]), "bob")).await;
    house.done("ConfirmSignUp", body(&code, "alice")).await;
    let token = json!({"AccessToken": house.tokens("alice").await["AccessToken"]});
    house
        .done(
            "UpdateUserAttributes",
            merged(token, json!({"UserAttributes": [{"Name": "email", "Value": "new@example.com"}]})),
        )
        .await;
    let event = settled(&functions).await;
    assert_eq!(event["request"]["userAttributes"]["email"], "new@example.com", "where the code is to go");
    let body = json!({"DesiredDeliveryMediums": ["EMAIL"], "UserAttributes": [{"Name": "email", "Value": mail("carol")}],
        "TemporaryPassword": "Temp0rary!"});
    house.done("AdminCreateUser", merged(house.admin("carol"), body)).await;
    let event = settled(&functions).await;
    assert_eq!(
        (text(&event["triggerSource"]), text(&event["request"]["code"])),
        ("CustomEmailSender_AdminCreateUser".into(), "Temp0rary!".into())
    );
}

#[tokio::test]
async fn a_refused_call_hands_nothing_over() {
    let (house, functions) = house(senders(), json!({})).await;
    house.user("alice").await;
    functions.take();
    assert!(house.refused("SignUp", sign_up(&house, "alice")).await.starts_with("UsernameExistsException"));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(functions.take().is_empty());
    let closed = House::new(senders(), json!({})).await;
    let refused = closed.refused("SignUp", sign_up(&closed, "alice")).await;
    assert_eq!(refused, "UnexpectedLambdaException: CustomEmailSender invocation failed due to configuration.");
}
