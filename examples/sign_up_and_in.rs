//! Signs a user up and in with the AWS SDK for Rust, against whatever the environment points at:
//!
//! ```sh
//! export AWS_ENDPOINT_URL=http://127.0.0.1:9229 AWS_REGION=us-east-1
//! export AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...   # printed by the server's first start
//! cargo run --release --example sign_up_and_in -- alice 'Correct-Horse7'
//! ```
//!
//! It makes a user pool and an app client, as an administrator would do once, and then does what an app does every day.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType, ExplicitAuthFlowsType};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(username), Some(password)) = (args.next(), args.next()) else {
        return Err("usage: sign_up_and_in USERNAME PASSWORD".into());
    };

    // Endpoint, region and keys come from the environment, as with any AWS program.
    let cognito = Client::new(&aws_config::load_from_env().await);

    // Once, by the administrator: a pool for the users, a client for the app.
    let pool = cognito
        .create_user_pool()
        .pool_name("example")
        .send()
        .await?
        .user_pool
        .and_then(|pool| pool.id)
        .ok_or("no pool")?;
    let client = cognito
        .create_user_pool_client()
        .user_pool_id(&pool)
        .client_name("example")
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        .send()
        .await?
        .user_pool_client
        .and_then(|client| client.client_id)
        .ok_or("no client")?;
    println!("pool {pool}, client {client}");

    // By the app: needs no keys.
    let email = AttributeType::builder().name("email").value(format!("{username}@example.com")).build()?;
    let signed_up = cognito
        .sign_up()
        .client_id(&client)
        .username(&username)
        .password(&password)
        .user_attributes(email)
        .send()
        .await?;
    println!("signed up, sub {}", signed_up.user_sub);

    // By the administrator, in place of the code that a pool with AutoVerifiedAttributes would have sent.
    cognito.admin_confirm_sign_up().user_pool_id(&pool).username(&username).send().await?;

    let tokens = cognito
        .initiate_auth()
        .client_id(&client)
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .auth_parameters("USERNAME", &username)
        .auth_parameters("PASSWORD", &password)
        .send()
        .await?
        .authentication_result
        .ok_or("a challenge came instead of tokens")?;
    let id_token = tokens.id_token.ok_or("no ID token")?;
    println!("{:#}", claims(&id_token)?);
    println!("access token: {}", tokens.access_token.ok_or("no access token")?);
    Ok(())
}

/// What a token says, unverified: `protected_api.rs` shows how to check one.
fn claims(token: &str) -> Result<serde_json::Value, Box<dyn Error>> {
    let payload = token.split('.').nth(1).ok_or("not a JWT")?;
    Ok(serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload)?)?)
}
