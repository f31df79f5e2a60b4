//! Sign-in, and REFRESH_TOKEN_AUTH.

use crate::context::Context;
use crate::domain::client_authentication::{AuthenticatedClient, ClientProof, authenticate};
use crate::domain::pools;
use crate::domain::protection::caller;
use crate::domain::sign_in::{
    self, Answer, ChallengeReply, FirstFactor, Flow, Outcome, SignInStart, SrpProof, UserAuthChoice, require,
};
use crate::domain::tokens::{self, Grant, Issued, Renewer, TokenRequest};
use crate::fault::{Cause, Fault};
use crate::model::Client;
use crate::secret::Secret;
use crate::shapes::idp::*;
use std::collections::BTreeMap;
use std::sync::Arc;

type Parameters = BTreeMap<String, String>;

fn required<'p>(parameters: &'p Parameters, name: &str) -> Result<&'p str, Fault> {
    optional(parameters, name).ok_or_else(|| Fault::invalid(format!("Missing required parameter {name}")))
}

fn optional<'p>(parameters: &'p Parameters, name: &str) -> Option<&'p str> {
    parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

/// `AuthenticationResult` with these tokens.
pub(super) fn result(tokens: Issued) -> AuthenticationResultType {
    AuthenticationResultType {
        access_token: Some(tokens.access),
        expires_in: i32::try_from(tokens.expires_in).ok(),
        token_type: Some("Bearer".to_owned()),
        refresh_token: tokens.refresh,
        id_token: tokens.id,
        new_device_metadata: None,
    }
}

/// The answer to a step: the next challenge, or the tokens of the sign-in that it finished.
async fn response(cx: &Context, client: &Client, outcome: Outcome) -> Result<InitiateAuthResponse, Fault> {
    match outcome {
        Outcome::SignedIn(finished) => {
            let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
            let request = TokenRequest {
                pool: &pool,
                client,
                user: &finished.user,
                sign_in: finished.sign_in,
                grant: &Grant::self_service(),
                renewable: true,
                nonce: None,
                source: finished.source,
            };
            let tokens = tokens::issue(cx, request).await?;
            let new_device = finished
                .new_device
                .map(|(key, group)| NewDeviceMetadataType { device_key: Some(key), device_group_key: Some(group) });
            Ok(tokens_response(AuthenticationResultType { new_device_metadata: new_device, ..result(tokens) }))
        }
        Outcome::Challenge(challenge) => Ok(InitiateAuthResponse {
            challenge_name: Some(challenge.name),
            session: challenge.session,
            challenge_parameters: Some(challenge.parameters),
            available_challenges: challenge.available,
            ..Default::default()
        }),
    }
}

fn tokens_response(result: AuthenticationResultType) -> InitiateAuthResponse {
    InitiateAuthResponse {
        authentication_result: Some(result),
        challenge_parameters: Some(Parameters::new()),
        ..Default::default()
    }
}

/// Who calls: anyone, or an administrator, to whom other flows are open; with what they say of the user's address.
enum Caller {
    Public(Option<UserContextDataType>),
    Admin(Option<ContextDataType>),
}

impl Caller {
    /// The call as from the user's own address, where the caller may say so.
    fn context(&self, cx: &Context, client: &AuthenticatedClient) -> Context {
        match self {
            Self::Public(given) => caller::of_user(cx, client, given.as_ref()),
            Self::Admin(given) => caller::of_admin(cx, given.as_ref()),
        }
    }

    fn is_admin(&self) -> bool {
        matches!(self, Self::Admin(_))
    }
}

/// What InitiateAuth and AdminInitiateAuth have in common.
struct Initiation {
    caller: Caller,
    flow: AuthFlowType,
    session: Option<String>,
    parameters: Parameters,
    /// `ClientMetadata`: PreAuthentication gets it as `validationData`.
    validation: Option<Parameters>,
}

async fn initiate(cx: &Context, client: &Arc<Client>, initiation: Initiation) -> Result<InitiateAuthResponse, Fault> {
    use AuthFlowType as Wire;
    let Initiation { caller, flow, session, parameters, validation } = initiation;
    let flow = match flow {
        Wire::UserPasswordAuth if !caller.is_admin() => Flow::UserPassword,
        Wire::AdminNoSrpAuth | Wire::AdminUserPasswordAuth if caller.is_admin() => Flow::AdminPassword,
        Wire::UserPasswordAuth | Wire::AdminNoSrpAuth | Wire::AdminUserPasswordAuth => {
            return Err(Fault::invalid("Initiate Auth method not supported."));
        }
        Wire::UserSrpAuth => Flow::Srp,
        Wire::RefreshTokenAuth | Wire::RefreshToken => Flow::Refresh,
        Wire::CustomAuth => Flow::Custom,
        Wire::UserAuth => Flow::UserAuth,
    };
    let hash = parameters.get("SECRET_HASH").map(String::as_str);
    if flow == Flow::Refresh {
        if client.rotation().is_some() {
            return Err(Fault::invalid("Refresh tokens of this client rotate: use GetTokensFromRefreshToken."));
        }
        require(client, flow)?;
        let token = required(&parameters, "REFRESH_TOKEN")?;
        let device = parameters.get("DEVICE_KEY").map(String::as_str).filter(|key| !key.is_empty());
        let token = tokens::open_refresh_token(cx, client, token).await?;
        // Only the token tells whose it is, so the client proves itself by a name after the token was opened.
        let client = authenticate(cx, client, ClientProof::SecretHash(hash), &token.usernames())?;
        let tokens = tokens::renew(&caller.context(cx, &client), &client, token, Renewer { device, key: None }).await;
        // InitiateAuth has no error of its own for a token that was replaced while the client's tokens rotated.
        let tokens = tokens.map_err(|fault| match fault.cause() {
            Cause::RefreshTokenReused => Fault::not_authorized("Refresh Token has been revoked"),
            _ => fault,
        })?;
        return Ok(tokens_response(result(tokens)));
    }
    require(client, flow)?;
    let username = required(&parameters, "USERNAME")?;
    let client = &authenticate(cx, client, ClientProof::SecretHash(hash), &[username])?;
    let cx = &caller.context(cx, client);
    let first = match flow {
        Flow::Srp => FirstFactor::Srp(required(&parameters, "SRP_A")?.to_owned()),
        Flow::Custom => FirstFactor::Custom(match optional(&parameters, "CHALLENGE_NAME") {
            Some("SRP_A") => Some(required(&parameters, "SRP_A")?.to_owned()),
            Some(other) => return Err(Fault::invalid(format!("CHALLENGE_NAME must be SRP_A, not {other}."))),
            None => None,
        }),
        Flow::UserAuth => {
            FirstFactor::UserAuth(UserAuthChoice { session, ..choice(&parameters, "PREFERRED_CHALLENGE") })
        }
        Flow::UserPassword | Flow::AdminPassword | Flow::Refresh => {
            FirstFactor::Password(Secret::new(required(&parameters, "PASSWORD")?))
        }
    };
    let device = optional(&parameters, "DEVICE_KEY").map(str::to_owned);
    let start = SignInStart { username, device, validation: validation.as_ref(), level: None, first };
    response(cx, client, sign_in::begin(cx, client, start).await?).await
}

/// What a user chose, with what goes with it.
fn choice(parameters: &Parameters, name: &str) -> UserAuthChoice {
    UserAuthChoice {
        name: optional(parameters, name).map(str::to_owned),
        password: optional(parameters, "PASSWORD").map(Secret::new),
        srp_a: optional(parameters, "SRP_A").map(str::to_owned),
        session: None,
    }
}

/// `InitiateAuth` (unsigned): begins a sign-in, or renews tokens.
pub async fn initiate_auth(cx: &Context, input: InitiateAuthRequest) -> Result<InitiateAuthResponse, Fault> {
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    let initiation = Initiation {
        caller: Caller::Public(input.user_context_data),
        flow: input.auth_flow,
        session: input.session,
        parameters: input.auth_parameters.unwrap_or_default(),
        validation: input.client_metadata,
    };
    initiate(cx, &client, initiation).await
}

/// `AdminInitiateAuth`.
pub async fn admin_initiate_auth(
    cx: &Context,
    input: AdminInitiateAuthRequest,
) -> Result<AdminInitiateAuthResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let client = pools::client_of(&cx.services.store, &pool, &input.client_id).await?;
    let initiation = Initiation {
        caller: Caller::Admin(input.context_data),
        flow: input.auth_flow,
        session: input.session,
        parameters: input.auth_parameters.unwrap_or_default(),
        validation: input.client_metadata,
    };
    let answer = initiate(cx, &client, initiation).await?;
    Ok(AdminInitiateAuthResponse {
        challenge_name: answer.challenge_name,
        session: answer.session,
        challenge_parameters: answer.challenge_parameters,
        authentication_result: answer.authentication_result,
        available_challenges: answer.available_challenges,
    })
}

/// What a response answers the challenge with.
fn answer(name: ChallengeNameType, answers: &Parameters) -> Result<Answer, Fault> {
    use ChallengeNameType as Name;
    let text = |key: &str| required(answers, key).map(str::to_owned);
    let code = |key: &str| Ok(Answer::Code { name, code: text(key)? });
    match name {
        Name::PasswordVerifier => Ok(Answer::PasswordVerifier(proof(answers)?)),
        Name::NewPasswordRequired => Ok(Answer::NewPassword {
            password: Secret::new(required(answers, "NEW_PASSWORD")?),
            attributes: answers
                .iter()
                .filter_map(|(key, value)| {
                    key.strip_prefix("userAttributes.").map(|key| (key.to_owned(), value.clone()))
                })
                .collect(),
        }),
        Name::SmsMfa => code("SMS_MFA_CODE"),
        Name::SoftwareTokenMfa => code("SOFTWARE_TOKEN_MFA_CODE"),
        Name::EmailOtp => code("EMAIL_OTP_CODE"),
        Name::SmsOtp => code("SMS_OTP_CODE"),
        Name::SelectMfaType => text("ANSWER").map(Answer::SelectMfa),
        Name::MfaSetup => Ok(Answer::MfaSetup(optional(answers, "EMAIL").map(str::to_owned))),
        Name::SelectChallenge => {
            required(answers, "ANSWER")?;
            Ok(Answer::Select(choice(answers, "ANSWER")))
        }
        Name::Password => required(answers, "PASSWORD").map(Secret::new).map(Answer::Password),
        Name::PasswordSrp => text("SRP_A").map(Answer::PasswordSrp),
        Name::DeviceSrpAuth => text("SRP_A").map(Answer::DeviceSrp),
        Name::DevicePasswordVerifier => Ok(Answer::DeviceVerifier(proof(answers)?)),
        Name::WebAuthn => text("CREDENTIAL").map(Answer::Passkey),
        Name::CustomChallenge => text("ANSWER").map(Answer::Custom),
        other => Err(Fault::invalid(format!("{} is not a challenge that can be answered.", other.as_str()))),
    }
}

fn proof(answers: &Parameters) -> Result<SrpProof, Fault> {
    Ok(SrpProof {
        secret_block: required(answers, "PASSWORD_CLAIM_SECRET_BLOCK")?.to_owned(),
        signature: required(answers, "PASSWORD_CLAIM_SIGNATURE")?.to_owned(),
        timestamp: required(answers, "TIMESTAMP")?.to_owned(),
    })
}

/// What RespondToAuthChallenge and AdminRespondToAuthChallenge have in common.
struct GivenAnswer {
    caller: Caller,
    challenge: ChallengeNameType,
    session: Option<String>,
    answers: Parameters,
    /// `ClientMetadata`, for the pool's functions.
    metadata: Option<Parameters>,
}

async fn respond(cx: &Context, client: &Arc<Client>, given: GivenAnswer) -> Result<InitiateAuthResponse, Fault> {
    let GivenAnswer { caller, challenge, session, answers, metadata } = given;
    let username = required(&answers, "USERNAME")?;
    let proof = ClientProof::SecretHash(optional(&answers, "SECRET_HASH"));
    let client = &authenticate(cx, client, proof, &[username])?;
    let cx = &caller.context(cx, client).passing_on(metadata);
    let reply = ChallengeReply {
        username,
        session: session.as_deref(),
        device: optional(&answers, "DEVICE_KEY").map(str::to_owned),
        answer: answer(challenge, &answers)?,
    };
    response(cx, client, sign_in::answer(cx, client, reply).await?).await
}

/// `RespondToAuthChallenge` (unsigned).
pub async fn respond_to_auth_challenge(
    cx: &Context,
    input: RespondToAuthChallengeRequest,
) -> Result<RespondToAuthChallengeResponse, Fault> {
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    let given = GivenAnswer {
        caller: Caller::Public(input.user_context_data),
        challenge: input.challenge_name,
        session: input.session,
        answers: input.challenge_responses.unwrap_or_default(),
        metadata: input.client_metadata,
    };
    let answer = respond(cx, &client, given).await?;
    Ok(RespondToAuthChallengeResponse {
        challenge_name: answer.challenge_name,
        session: answer.session,
        challenge_parameters: answer.challenge_parameters,
        authentication_result: answer.authentication_result,
        available_challenges: answer.available_challenges,
    })
}

/// `AdminRespondToAuthChallenge`.
pub async fn admin_respond_to_auth_challenge(
    cx: &Context,
    input: AdminRespondToAuthChallengeRequest,
) -> Result<AdminRespondToAuthChallengeResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let client = pools::client_of(&cx.services.store, &pool, &input.client_id).await?;
    let given = GivenAnswer {
        caller: Caller::Admin(input.context_data),
        challenge: input.challenge_name,
        session: input.session,
        answers: input.challenge_responses.unwrap_or_default(),
        metadata: input.client_metadata,
    };
    let answer = respond(cx, &client, given).await?;
    Ok(AdminRespondToAuthChallengeResponse {
        challenge_name: answer.challenge_name,
        session: answer.session,
        challenge_parameters: answer.challenge_parameters,
        authentication_result: answer.authentication_result,
        available_challenges: answer.available_challenges,
    })
}
