//! What AWS accepts and refuses when an account is made, and what it makes of it.

use crate::house::{House, PASSWORD, merged};
use serde_json::{Value, json};

fn sign_up(house: &House, name: &str, attributes: Value) -> Value {
    json!({"ClientId": house.client, "Username": name, "Password": PASSWORD, "UserAttributes": attributes})
}

fn create(house: &House, name: &str, attributes: Value) -> Value {
    json!({"UserPoolId": house.pool, "Username": name, "MessageAction": "SUPPRESS", "UserAttributes": attributes})
}

#[tokio::test]
async fn a_sign_in_name_that_contradicts_its_attribute_is_refused() {
    for (attribute, name, other) in
        [("email", "a@example.com", "b@example.com"), ("phone_number", "+15550100", "+15550101")]
    {
        let house = House::new(json!({"UsernameAttributes": [attribute]}), json!({})).await;
        let words =
            format!("User {attribute} should be empty or same as username, since username attribute is {attribute}");
        let contradiction = json!([{"Name": attribute, "Value": other}]);
        let refused = house.refused("AdminCreateUser", create(&house, name, contradiction.clone())).await;
        assert_eq!(refused, format!("InvalidParameterException: {words}"));
        assert!(house.unsigned("SignUp", sign_up(&house, name, contradiction)).await.unwrap_err().contains(&words));
        house.done("SignUp", sign_up(&house, name, json!([{"Name": attribute, "Value": name}]))).await;
        let again = house.unsigned("SignUp", sign_up(&house, name, json!([]))).await.unwrap_err();
        assert_eq!(again, format!("UsernameExistsException: An account with the given {attribute} already exists."));
    }
}

#[tokio::test]
async fn empty_and_null_values_are_judged_before_they_are_dropped() {
    let house = House::new(json!({}), json!({})).await;
    for (attribute, words) in [
        (json!({"Name": "phone_number", "Value": ""}), "Invalid phone number format."),
        (json!({"Name": "email", "Value": ""}), "Invalid email address format."),
        (json!({"Name": "phone_number", "Value": null}), "Attribute value for phone_number must not be null"),
        (json!({"Name": "phone_number"}), "Attribute value for phone_number must not be null"),
    ] {
        let of_admin = house.refused("AdminCreateUser", create(&house, "alice", json!([attribute]))).await;
        let of_user = house.unsigned("SignUp", sign_up(&house, "alice", json!([attribute]))).await.unwrap_err();
        assert_eq!(
            (of_admin, of_user),
            (format!("InvalidParameterException: {words}"), format!("InvalidParameterException: {words}"))
        );
    }
}

#[tokio::test]
async fn an_administrator_gives_attributes_and_the_server_adds_none_but_sub() {
    let house = House::new(json!({}), json!({})).await;
    let made = house
        .done("AdminCreateUser", create(&house, "alice", json!([{"Name": "email", "Value": "a@example.com"}])))
        .await;
    let mut names: Vec<_> = made["User"]["Attributes"].as_array().unwrap().iter().map(|a| a["Name"].clone()).collect();
    names.sort_by_key(Value::to_string);
    assert_eq!(names, [json!("email"), json!("sub")]);
    house.done("SignUp", sign_up(&house, "bob", json!([{"Name": "email", "Value": "b@example.com"}]))).await;
    let bob = house.done("AdminGetUser", house.admin("bob")).await["UserAttributes"].to_string();
    assert!(bob.contains("email_verified"), "{bob}: sign-up does set the flag");
}

#[tokio::test]
async fn names_too_long_for_a_key_or_with_control_characters_are_refused() {
    let house = House::new(json!({"AliasAttributes": ["preferred_username"]}), json!({})).await;
    house.user_with("alice", json!({})).await;
    for value in ["\u{1F600}".repeat(2048), "a\u{1}b".to_owned()] {
        let change = json!({"UserAttributes": [{"Name": "preferred_username", "Value": value}]});
        let refused = house.refused("AdminUpdateUserAttributes", merged(house.admin("alice"), change)).await;
        assert!(refused.starts_with("InvalidParameterException"), "{refused}");
    }
}

#[tokio::test]
async fn a_contact_that_cannot_be_verified_is_refused_in_the_words_of_aws() {
    let house = House::new(json!({}), json!({})).await;
    house.user_with("alice", json!({})).await;
    let token = house.tokens("alice").await["AccessToken"].clone();
    for (name, words) in [
        ("nickname", "Invalid attribute name. Only phone_number and email can be verified."),
        ("email", "User does not have a valid registered email address"),
        ("phone_number", "User does not have a valid registered phone number"),
    ] {
        let body = json!({"AccessToken": token, "AttributeName": name});
        let refused = house.unsigned("GetUserAttributeVerificationCode", body).await.unwrap_err();
        assert_eq!(refused, format!("InvalidParameterException: {words}"));
    }
}
