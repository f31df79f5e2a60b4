//! Settings of pools and clients: what depends on each other is checked, what is kept comes back, what is left out goes
//! back to its default.

use crate::house::{House, merged};
use serde_json::{Value, json};

const ARN: &str = "arn:aws:iam::123456789012:role/sender";

async fn house() -> House {
    House::new(json!({}), json!({})).await
}

async fn described(house: &House) -> Value {
    house.done("DescribeUserPool", json!({"UserPoolId": house.pool})).await["UserPool"].clone()
}

#[tokio::test]
async fn an_update_resets_what_it_leaves_out() {
    let house = house().await;
    let settings = json!({
        "UserPoolId": house.pool, "DeletionProtection": "ACTIVE", "AutoVerifiedAttributes": ["email"],
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
        "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true},
        "SmsConfiguration": {"EumsSms": {"CallerArn": ARN, "OriginationIdentity": "+15550100"}},
        "Policies": {"PasswordPolicy": {"MinimumLength": 12}}, "UserPoolTags": {"a": "b"}, "UserPoolTier": "PLUS",
        "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}, "IssuerConfiguration": {"Type": "UPDATED"},
        "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1"},
        "DcrConfiguration": {"EnableStatus": "Enabled", "AllowedScopes": ["openid"]},
        "LambdaConfig": {"PreSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:f"},
        "EmailVerificationSubject": "Hello", "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true},
    });
    house.done("UpdateUserPool", settings.clone()).await;
    let set = described(&house).await;
    for name in [
        "DeletionProtection",
        "DeviceConfiguration",
        "SmsConfiguration",
        "IssuerConfiguration",
        "KeyConfiguration",
        "UserPoolAddOns",
        "LambdaConfig",
        "AccountRecoverySetting",
        "UserPoolTags",
        "UserPoolTier",
        "UserAttributeUpdateSettings",
    ] {
        assert_eq!(set[name], settings[name], "{name}");
    }
    assert_eq!(
        set["DcrConfiguration"],
        json!({"EnableStatus": "Enabled", "OpenDcrEnabled": false,
        "AuthenticatedGrantTypes": ["code", "client_credentials"], "OpenDcrGrantTypes": ["code"], "AllowedScopes": ["openid"]})
    );
    assert_eq!(set["VerificationMessageTemplate"]["EmailSubject"], "Hello");

    house.done("UpdateUserPool", json!({"UserPoolId": house.pool})).await;
    let reset = described(&house).await;
    for name in [
        "DeviceConfiguration",
        "SmsConfiguration",
        "IssuerConfiguration",
        "KeyConfiguration",
        "UserPoolAddOns",
        "DcrConfiguration",
        "AutoVerifiedAttributes",
        "EmailVerificationSubject",
    ] {
        assert!(reset.get(name).is_none(), "{name}: {}", reset[name]);
    }
    assert_eq!((&reset["DeletionProtection"], &reset["LambdaConfig"]), (&json!("INACTIVE"), &json!({})));
    assert_eq!(reset["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], false);
    for name in ["UserPoolTags", "UserPoolTier", "AccountRecoverySetting"] {
        assert_eq!(reset[name], set[name], "{name} stays, as at AWS");
    }
}

#[tokio::test]
async fn an_update_keeps_the_mfa_mode_and_each_policy_that_it_leaves_out() {
    let house = house().await;
    let update = async |body: Value| {
        house.done("UpdateUserPool", merged(json!({"UserPoolId": house.pool}), body)).await;
        described(&house).await
    };
    let token = json!({"Enabled": true});
    let on = json!({"UserPoolId": house.pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": token});
    house.done("SetUserPoolMfaConfig", on).await;
    let policy = json!({"MinimumLength": 12, "RequireSymbols": true});
    update(json!({"Policies": {"PasswordPolicy": policy}, "AutoVerifiedAttributes": ["email"]})).await;
    let read = update(json!({"UserPoolTags": {"team": "a"}})).await;
    assert_eq!(read["MfaConfiguration"], "ON");
    assert_eq!(read["Policies"]["PasswordPolicy"]["MinimumLength"], 12);
    assert_eq!(read["AutoVerifiedAttributes"], Value::Null, "these do go back");
    let config = house.done("GetUserPoolMfaConfig", json!({"UserPoolId": house.pool})).await;
    assert_eq!(config["SoftwareTokenMfaConfiguration"], token);
    let off = json!({"MfaConfiguration": "OFF", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}});
    let read = update(off).await;
    assert_eq!(
        (&read["MfaConfiguration"], &read["Policies"]["PasswordPolicy"]["MinimumLength"]),
        (&json!("OFF"), &json!(12))
    );
    let read = update(json!({"Policies": {"PasswordPolicy": {"MinimumLength": 9}}})).await;
    let factors = &read["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"];
    assert_eq!(
        (factors, &read["Policies"]["PasswordPolicy"]["RequireSymbols"]),
        (&json!(["PASSWORD", "EMAIL_OTP"]), &json!(false))
    );
    let read = update(json!({"AdminCreateUserConfig": {"UnusedAccountValidityDays": 3}})).await;
    assert_eq!(read["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"], 3, "the older name");
}

#[tokio::test]
async fn clients_without_lists_read_and_write_custom_attributes() {
    let house = house().await;
    let attribute = |name: &str, more: Value| merged(json!({"Name": name, "AttributeDataType": "String"}), more);
    let developer = json!({"DeveloperOnlyAttribute": true});
    let custom = [attribute("role", json!({})), attribute("inner", developer)];
    house.done("AddCustomAttributes", json!({"UserPoolId": house.pool, "CustomAttributes": custom})).await;
    house.user_with("alice", json!({"custom:role": "a", "dev:custom:inner": "x"})).await;
    let token = house.tokens("alice").await["AccessToken"].clone();
    let write = |name: &str| json!({"AccessToken": token, "UserAttributes": [{"Name": name, "Value": "true"}]});
    house.unsigned("UpdateUserAttributes", write("custom:role")).await.unwrap();
    for name in ["dev:custom:inner", "email_verified", "phone_number_verified"] {
        let refused = house.unsigned("UpdateUserAttributes", write(name)).await.unwrap_err();
        assert!(refused.contains("A client attempted to write unauthorized attribute"), "{name}: {refused}");
    }
    let read = house.unsigned("GetUser", json!({"AccessToken": token})).await.unwrap().to_string();
    assert!(read.contains("custom:role") && !read.contains("inner"), "{read}");
}

#[tokio::test]
async fn custom_attributes_say_their_type_and_constraints_of_another_type_are_dropped() {
    let house = house().await;
    let add = async |attribute: Value| {
        house.call("AddCustomAttributes", json!({"UserPoolId": house.pool, "CustomAttributes": [attribute]})).await
    };
    let words = "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.";
    assert!(add(json!({"Name": "untyped"})).await.unwrap_err().contains(words));
    let schema =
        json!([{"Name": "level", "AttributeDataType": "Number", "StringAttributeConstraints": {"MaxLength": "3"}}]);
    let pool = house.another_pool(json!({"Schema": schema})).await;
    let read = house.done("DescribeUserPool", json!({"UserPoolId": pool})).await;
    let level = read["UserPool"]["SchemaAttributes"].as_array().unwrap().iter().find(|a| a["Name"] == "custom:level");
    let level = level.unwrap();
    assert_eq!((&level["StringAttributeConstraints"], &level["Mutable"]), (&Value::Null, &json!(true)));
    let server = json!({"UserPoolId": pool, "Identifier": "plain", "Name": "Plain"});
    assert_eq!(house.done("CreateResourceServer", server).await["ResourceServer"]["Scopes"], Value::Null);
}

#[tokio::test]
async fn settings_that_do_not_fit_together_are_refused() {
    let house = house().await;
    let eums = json!({"CallerArn": ARN});
    for (asked, words) in [
        (
            json!({"SmsConfiguration": {"SnsCallerArn": ARN, "EumsSms": eums}}),
            "exactly one of SnsCallerArn and EumsSms",
        ),
        (json!({"SmsConfiguration": {"SnsCallerArn": ""}}), "exactly one of SnsCallerArn and EumsSms"),
        (json!({"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY"}}), "KmsKeyArn"),
        (json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}}), "PASSWORD"),
        (
            json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "PASSWORD"]}}}),
            "more than once",
        ),
        (json!({"DcrConfiguration": {"AllowedScopes": ["api/read"]}}), "Invalid scope requested: api/read"),
        (
            json!({"DcrConfiguration": {"EnableStatus": "Enabled", "AllowedScopes": ["aws.cognito/dcr/register"]}}),
            "Invalid scope",
        ),
    ] {
        for (operation, named) in
            [("UpdateUserPool", json!({"UserPoolId": house.pool})), ("CreateUserPool", json!({"PoolName": "other"}))]
        {
            let fault = house.refused(operation, merged(named, asked.clone())).await;
            assert!(fault.starts_with("InvalidParameterException") && fault.contains(words), "{operation}: {fault}");
        }
    }
    let server = json!({"UserPoolId": house.pool, "Identifier": "api", "Name": "API",
        "Scopes": [{"ScopeName": "read", "ScopeDescription": "reads"}]});
    house.done("CreateResourceServer", server).await;
    house
        .done("UpdateUserPool", json!({"UserPoolId": house.pool, "DcrConfiguration": {"AllowedScopes": ["api/read"]}}))
        .await;
}

#[tokio::test]
async fn clients_tell_what_they_are_and_reset_what_is_left_out() {
    let house = house().await;
    let application = "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/1";
    let client = house
        .another_client(json!({"ReadAttributes": ["email"], "AccessTokenValidity": 10, "TokenValidityUnits": {"AccessToken": "minutes"},
            "CallbackURLs": ["https://app.example/back"], "DefaultRedirectURI": "https://app.example/back", "AuthSessionValidity": 5,
            "AnalyticsConfiguration": {"ApplicationArn": application, "UserDataShared": true}, "EnableTokenRevocation": false}))
        .await;
    let of = json!({"UserPoolId": house.pool, "ClientId": client});
    let set = house.done("DescribeUserPoolClient", of.clone()).await["UserPoolClient"].clone();
    assert_eq!(
        (&set["ClientType"], &set["AnalyticsConfiguration"]["ApplicationArn"]),
        (&json!("REGULAR"), &json!(application))
    );
    house.done("UpdateUserPoolClient", of.clone()).await;
    let reset = house.done("DescribeUserPoolClient", of.clone()).await["UserPoolClient"].clone();
    for name in [
        "ReadAttributes",
        "AccessTokenValidity",
        "CallbackURLs",
        "DefaultRedirectURI",
        "AnalyticsConfiguration",
        "ExplicitAuthFlows",
    ] {
        assert!(reset.get(name).is_none(), "{name}: {}", reset[name]);
    }
    let (session, revocation) = (&reset["AuthSessionValidity"], &reset["EnableTokenRevocation"]);
    assert_eq!((session, revocation, &reset["ClientName"]), (&json!(3), &json!(true), &set["ClientName"]));

    for (asked, words) in [
        (json!({"AnalyticsConfiguration": {}}), "exactly one"),
        (json!({"AnalyticsConfiguration": {"ApplicationId": "ab"}}), "RoleArn"),
        (json!({"WriteAttributes": ["custom:nothing"]}), "Invalid write attributes specified while updating a client"),
    ] {
        let fault = house.refused("UpdateUserPoolClient", merged(of.clone(), asked)).await;
        assert!(fault.starts_with("InvalidParameterException") && fault.contains(words), "{fault}");
    }
    let registered = house.done("ListUserPoolClients", json!({"UserPoolId": house.pool, "ClientType": "DCR"})).await;
    assert_eq!(registered["UserPoolClients"], json!([]));
    let regular = house.done("ListUserPoolClients", json!({"UserPoolId": house.pool, "ClientType": "REGULAR"})).await;
    assert_eq!(regular["UserPoolClients"].as_array().unwrap().len(), 2);
}
