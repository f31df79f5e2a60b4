//! The AWS SDK for Rust against the server's own binary: from an empty directory to a signed-out user.

use crate::server_process::{ROOT_KEY, ServerProcess, serve};
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType, ExplicitAuthFlowsType};

const PASSWORD: &str = "Correct-Horse7";

/// A server over a directory of its own.
struct Server {
    process: ServerProcess,
    _data: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        Self { process: ServerProcess::start(&mut serve(env!("CARGO_BIN_EXE_poolhouse"), data.path())), _data: data }
    }

    fn client(&self, secret: &str) -> Client {
        let config = aws_sdk_cognitoidentityprovider::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .endpoint_url(&self.process.url)
            .retry_config(aws_config::retry::RetryConfig::disabled())
            .credentials_provider(Credentials::new(ROOT_KEY.0, secret, None, None, "tests"))
            .build();
        Client::from_conf(config)
    }
}

#[tokio::test]
async fn signs_up_in_and_out() {
    let server = Server::start();
    let idp = server.client(ROOT_KEY.1);
    let pool = idp.create_user_pool().pool_name("rust").send().await.unwrap().user_pool.unwrap().id.unwrap();
    assert!(pool.starts_with("eu-west-1_"));
    let made = idp
        .create_user_pool_client()
        .user_pool_id(&pool)
        .client_name("rust")
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth);
    let client = made.send().await.unwrap().user_pool_client.unwrap().client_id.unwrap();

    let email = AttributeType::builder().name("email").value("ann@example.com").build().unwrap();
    let up = idp
        .sign_up()
        .client_id(&client)
        .username("ann")
        .password(PASSWORD)
        .user_attributes(email)
        .send()
        .await
        .unwrap();
    assert!(!up.user_confirmed);
    idp.admin_confirm_sign_up().user_pool_id(&pool).username("ann").send().await.unwrap();

    let start = |password: &str| {
        idp.initiate_auth()
            .client_id(&client)
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .auth_parameters("USERNAME", "ann")
            .auth_parameters("PASSWORD", password)
            .send()
    };
    let refused = start("Wrong-Horse7").await.unwrap_err().into_service_error();
    assert!(refused.is_not_authorized_exception());
    assert_eq!(refused.message(), Some("Incorrect username or password."));

    let access = start(PASSWORD).await.unwrap().authentication_result.unwrap().access_token.unwrap();
    let user = idp.get_user().access_token(&access).send().await.unwrap();
    assert_eq!(user.username, "ann");
    assert!(user.user_attributes.iter().any(|a| a.name == "email" && a.value.as_deref() == Some("ann@example.com")));

    idp.admin_user_global_sign_out().user_pool_id(&pool).username("ann").send().await.unwrap();
    let refused = idp.get_user().access_token(&access).send().await.unwrap_err().into_service_error();
    assert_eq!(refused.message(), Some("Access Token has been revoked"));
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let server = Server::start();
    let refused = server.client("not the secret").list_user_pools().max_results(1).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("InvalidSignatureException"));
}
