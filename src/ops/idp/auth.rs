//! Sign-in, renewal and revocation.

use crate::context::Context;
use crate::domain::pools::{self, secrets};
use crate::domain::sign_in::{self, Answer, First, Flow, Outcome, require};
use crate::domain::tokens::{self, Issued};
use crate::fault::Fault;
use crate::model::Client;
use crate::secret::Secret;
use crate::shapes::idp::*;
use crate::triggers::{self, Trigger};
use std::collections::BTreeMap;

type Parameters = BTreeMap<String, String>;

fn required<'p>(parameters: &'p Parameters, name: &str) -> Result<&'p str, Fault> {
    let found = parameters.get(name).map(String::as_str).filter(|value| !value.is_empty());
    found.ok_or_else(|| Fault::invalid(format!("Missing required parameter {name}")))
}

fn result(tokens: Issued) -> AuthenticationResultType {
    AuthenticationResultType {
        access_token: Some(tokens.access),
        expires_in: i32::try_from(tokens.expires_in).ok(),
        token_type: Some("Bearer".to_owned()),
        refresh_token: tokens.refresh,
        id_token: Some(tokens.id),
        new_device_metadata: None,
    }
}

fn response(outcome: Outcome) -> InitiateAuthResponse {
    match outcome {
        Outcome::Tokens(tokens) => InitiateAuthResponse {
            authentication_result: Some(result(*tokens)),
            challenge_parameters: Some(Parameters::new()),
            ..Default::default()
        },
        Outcome::Challenge(challenge) => InitiateAuthResponse {
            challenge_name: Some(challenge.name),
            session: challenge.session,
            challenge_parameters: Some(challenge.parameters),
            ..Default::default()
        },
    }
}

/// Who calls: anyone, or an administrator, to whom more flows are open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Public,
    Admin,
}

async fn initiate(cx: &Context, client: &Client, flow: AuthFlowType, given: Option<Parameters>, caller: Caller) -> Result<Outcome, Fault> {
    use AuthFlowType as Wire;
    let parameters = given.unwrap_or_default();
    let flow = match flow {
        Wire::UserPasswordAuth => Flow::UserPassword,
        Wire::AdminNoSrpAuth | Wire::AdminUserPasswordAuth if caller == Caller::Admin => Flow::AdminPassword,
        Wire::AdminNoSrpAuth | Wire::AdminUserPasswordAuth => return Err(Fault::invalid("Initiate Auth method not supported.")),
        Wire::UserSrpAuth => Flow::Srp,
        Wire::RefreshTokenAuth | Wire::RefreshToken => Flow::Refresh,
        Wire::CustomAuth => Flow::Custom,
        Wire::UserAuth => Flow::Choice,
    };
    let hash = parameters.get("SECRET_HASH").map(String::as_str);
    if flow == Flow::Refresh {
        if client.rotation().is_some() {
            return Err(Fault::invalid("Refresh tokens of this client rotate: use GetTokensFromRefreshToken."));
        }
        require(client, flow)?;
        let token = required(&parameters, "REFRESH_TOKEN")?;
        let tokens = tokens::renew(cx, client, token, |names| secrets::prove(cx, client, names, hash)).await;
        // InitiateAuth has no error of its own for a token that was replaced while the client's tokens rotated.
        let tokens = tokens.map_err(|fault| match fault.name() {
            "RefreshTokenReuseException" => Fault::not_authorized("Refresh Token has been revoked"),
            _ => fault,
        })?;
        return Ok(Outcome::Tokens(Box::new(tokens)));
    }
    require(client, flow)?;
    let username = required(&parameters, "USERNAME")?;
    secrets::prove(cx, client, &[username], hash)?;
    let first = match flow {
        Flow::Srp => First::Srp(required(&parameters, "SRP_A")?.to_owned()),
        Flow::UserPassword | Flow::AdminPassword => First::Password(Secret::new(required(&parameters, "PASSWORD")?)),
        Flow::Custom | Flow::Refresh => {
            let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
            triggers::run(&pool, Trigger::DefineAuthChallenge)?;
            return Err(Fault::invalid("Custom auth lambda trigger is not configured for the user pool."));
        }
        Flow::Choice => return Err(Fault::invalid("USER_AUTH is not available yet in this version of Poolhouse.")),
    };
    sign_in::begin(cx, client, username, first).await
}

/// `InitiateAuth` (unsigned): begins a sign-in, or renews tokens.
pub async fn initiate_auth(cx: &Context, input: InitiateAuthRequest) -> Result<InitiateAuthResponse, Fault> {
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    initiate(cx, &client, input.auth_flow, input.auth_parameters, Caller::Public).await.map(response)
}

/// `AdminInitiateAuth`.
pub async fn admin_initiate_auth(cx: &Context, input: AdminInitiateAuthRequest) -> Result<AdminInitiateAuthResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let client = pools::client_of(&cx.services.store, &pool, &input.client_id).await?;
    let answer = initiate(cx, &client, input.auth_flow, input.auth_parameters, Caller::Admin).await.map(response)?;
    Ok(AdminInitiateAuthResponse {
        challenge_name: answer.challenge_name,
        session: answer.session,
        challenge_parameters: answer.challenge_parameters,
        authentication_result: answer.authentication_result,
        ..Default::default()
    })
}

async fn respond(
    cx: &Context,
    client: &Client,
    (name, session): (ChallengeNameType, Option<String>),
    given: Option<Parameters>,
) -> Result<Outcome, Fault> {
    let answers = given.unwrap_or_default();
    let username = required(&answers, "USERNAME")?;
    secrets::prove(cx, client, &[username], answers.get("SECRET_HASH").map(String::as_str))?;
    let answer = match name {
        ChallengeNameType::PasswordVerifier => Answer::PasswordVerifier {
            secret_block: required(&answers, "PASSWORD_CLAIM_SECRET_BLOCK")?.to_owned(),
            signature: required(&answers, "PASSWORD_CLAIM_SIGNATURE")?.to_owned(),
            timestamp: required(&answers, "TIMESTAMP")?.to_owned(),
        },
        ChallengeNameType::NewPasswordRequired => Answer::NewPassword {
            session: session.ok_or_else(|| Fault::invalid("Missing required parameter Session"))?,
            password: Secret::new(required(&answers, "NEW_PASSWORD")?),
            attributes: answers
                .iter()
                .filter_map(|(key, value)| key.strip_prefix("userAttributes.").map(|key| (key.to_owned(), value.clone())))
                .collect(),
        },
        other => {
            return Err(Fault::invalid(format!("{} is not a challenge that this version of Poolhouse asks.", other.as_str())));
        }
    };
    sign_in::answer(cx, client, username, answer).await
}

/// `RespondToAuthChallenge` (unsigned).
pub async fn respond_to_auth_challenge(
    cx: &Context,
    input: RespondToAuthChallengeRequest,
) -> Result<RespondToAuthChallengeResponse, Fault> {
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    let answer = response(respond(cx, &client, (input.challenge_name, input.session), input.challenge_responses).await?);
    Ok(RespondToAuthChallengeResponse {
        challenge_name: answer.challenge_name,
        session: answer.session,
        challenge_parameters: answer.challenge_parameters,
        authentication_result: answer.authentication_result,
        ..Default::default()
    })
}

/// `AdminRespondToAuthChallenge`.
pub async fn admin_respond_to_auth_challenge(
    cx: &Context,
    input: AdminRespondToAuthChallengeRequest,
) -> Result<AdminRespondToAuthChallengeResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let client = pools::client_of(&cx.services.store, &pool, &input.client_id).await?;
    let answer = response(respond(cx, &client, (input.challenge_name, input.session), input.challenge_responses).await?);
    Ok(AdminRespondToAuthChallengeResponse {
        challenge_name: answer.challenge_name,
        session: answer.session,
        challenge_parameters: answer.challenge_parameters,
        authentication_result: answer.authentication_result,
        ..Default::default()
    })
}

/// `GetTokensFromRefreshToken` (unsigned): renews tokens; the refresh token too where the client's rotate.
pub async fn get_tokens_from_refresh_token(
    cx: &Context,
    input: GetTokensFromRefreshTokenRequest,
) -> Result<GetTokensFromRefreshTokenResponse, Fault> {
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    if !secrets::matches(cx, &client, input.client_secret.as_deref())? {
        return Err(Fault::not_authorized(format!("Client secret does not match for the client: {}", client.id)));
    }
    let tokens = tokens::renew(cx, &client, &input.refresh_token, |_| Ok(())).await?;
    Ok(GetTokensFromRefreshTokenResponse { authentication_result: Some(result(tokens)) })
}

/// `RevokeToken` (unsigned): ends the sign-in of a refresh token.
pub async fn revoke_token(cx: &Context, input: RevokeTokenRequest) -> Result<RevokeTokenResponse, Fault> {
    let unauthorized = || Fault::modelled("UnauthorizedException", "Client is not authorized to revoke the token.");
    let client = crate::store::pools::client(&cx.services.store, &input.client_id).await?.ok_or_else(unauthorized)?;
    if !secrets::matches(cx, &client, input.client_secret.as_deref())? {
        return Err(unauthorized());
    }
    tokens::revoke(cx, &client, &input.token).await?;
    Ok(RevokeTokenResponse {})
}
