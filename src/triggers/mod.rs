//! Owns the seam to triggers: one place where every event passes, as Cognito's JSON, and where every answer is checked.
//! Hands off the running of functions to a [`Host`]: [`Functions`] knows plugins (`plugins`, run by `sandbox`), chains
//! of functions, and those that have a web address (`web`). Must not know operations, HTTP or the rules of sign-in.
//!
//! # For whoever writes a function
//!
//! A function gets one event, Cognito's own JSON, and gives the same event back with `response` filled in; nothing else
//! that it changes counts. `poolhouse plugin events` prints a whole sample of each. Members that are left null or as
//! they came change nothing, unless the table says otherwise; wrong types are an error for the caller
//! (`InvalidLambdaResponseException`).
//!
//! | LambdaConfig | `triggerSource` | what `response` may hold |
//! |---|---|---|
//! | `PreSignUp` | `PreSignUp_` `SignUp`, `AdminCreateUser`, `ExternalProvider` | `autoConfirmUser`, `autoVerifyEmail`, `autoVerifyPhone`: booleans |
//! | `CustomMessage` | `CustomMessage_` `SignUp`, `AdminCreateUser`, `ResendCode`, `ForgotPassword`, `UpdateUserAttribute`, `VerifyUserAttribute`, `Authentication` | `emailSubject`, `emailMessage`, `smsMessage`: texts with `codeParameter` in them (and `usernameParameter`, for `AdminCreateUser`) |
//! | `CustomEmailSender`, `CustomSMSSender` | the same, with these names in front | nothing: it sends `request.code` itself, and nobody waits for it |
//! | `PostConfirmation` | `PostConfirmation_` `ConfirmSignUp`, `ConfirmForgotPassword` | nothing; a failure fails the call and undoes nothing |
//! | `PreAuthentication` | `PreAuthentication_Authentication` | nothing; a failure refuses the sign-in |
//! | `PostAuthentication` | `PostAuthentication_Authentication` | nothing |
//! | `DefineAuthChallenge` | `DefineAuthChallenge_Authentication` | one of `issueTokens`, `failAuthentication` (booleans), `challengeName` (a text); one must be there |
//! | `CreateAuthChallenge` | `CreateAuthChallenge_Authentication` | `publicChallengeParameters`, `privateChallengeParameters`: maps of texts; `challengeMetadata`: a text |
//! | `VerifyAuthChallengeResponse` | `VerifyAuthChallengeResponse_Authentication` | `answerCorrect`: a boolean, which must be there |
//! | `PreTokenGeneration`, `PreTokenGenerationConfig` | `TokenGeneration_` `Authentication`, `HostedAuth`, `NewPasswordChallenge`, `AuthenticateDevice`, `RefreshTokens`, `ClientCredentials` | `claimsOverrideDetails` (version 1) or `claimsAndScopeOverrideDetails` (versions 2 and 3) |
//! | `UserMigration` | `UserMigration_` `Authentication`, `ForgotPassword` | `userAttributes`, which must be there; `finalUserStatus`, `messageAction`, `forceAliasCreation`, `enableSMSMFA` |
//! | `InboundFederation` | `InboundFederation_ExternalProvider` | `userAttributesToMap`: a map of texts that stands for all that the provider said |
//!
//! A refusal (an error of `handle`, a status of a command, `errorMessage` of a webhook) reaches the caller as
//! `PreSignUp failed with error ....`, in the function's words. What a plugin may import, and how it is bounded, stands
//! in the README and in [`crate::model::Manifest`].
//!
//! # Failing closed
//!
//! A pool whose LambdaConfig names a function for an event was set up by someone who relies on it (to refuse sign-ups,
//! say), so without a host the event fails in Cognito's words for a function that cannot be invoked, rather than going
//! on without it.

mod call;
mod event_context;
mod functions;
mod inbound;
mod meaning;
mod messages;
mod migration;
pub mod plugins;
pub mod samples;
pub mod sandbox;
mod shadow;
mod sign_in;
mod sign_up;
mod stats;
mod tokens;
mod web;

pub use call::{Call, Failure, Host, Triggers, unrecognizable};
pub use event_context::{EventContext, EventSubject};
pub use functions::Functions;
pub use inbound::Inbound;
pub use meaning::meaning;
pub use messages::{Handed, MessageSource, Words};
pub use migration::Migrated;
pub use sign_in::Custom;
pub use sign_up::{Confirmation, Maker, Verdict};
pub use stats::Stats;
pub use tokens::{ClaimChanges, GroupOverride, Overrides, TokenSource};
pub use web::{SIGNATURE, Web};

use crate::fault::Fault;
use crate::model::Pool;
use std::collections::BTreeMap;

/// Texts by name, as clients and functions pass them on.
pub type Texts = BTreeMap<String, String>;

/// The events of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Before a sign-up is accepted.
    PreSignUp,
    /// After an account is confirmed.
    PostConfirmation,
    /// Before a password is checked.
    PreAuthentication,
    /// After a sign-in.
    PostAuthentication,
    /// What a custom sign-in asks next.
    DefineAuthChallenge,
    /// What a custom challenge asks.
    CreateAuthChallenge,
    /// Whether a custom challenge was answered.
    VerifyAuthChallengeResponse,
    /// Before tokens are made.
    PreTokenGeneration,
    /// When an unknown user signs in with a password.
    UserMigration,
    /// When a message is written.
    CustomMessage,
    /// When a mail is sent.
    CustomEmailSender,
    /// When an SMS is sent.
    CustomSmsSender,
    /// When another identity provider told of a user.
    InboundFederation,
}

impl Trigger {
    /// The name in Cognito's error messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreSignUp => "PreSignUp",
            Self::PostConfirmation => "PostConfirmation",
            Self::PreAuthentication => "PreAuthentication",
            Self::PostAuthentication => "PostAuthentication",
            Self::DefineAuthChallenge => "DefineAuthChallenge",
            Self::CreateAuthChallenge => "CreateAuthChallenge",
            Self::VerifyAuthChallengeResponse => "VerifyAuthChallengeResponse",
            Self::PreTokenGeneration => "PreTokenGeneration",
            Self::UserMigration => "UserMigration",
            Self::CustomMessage => "CustomMessage",
            Self::CustomEmailSender => "CustomEmailSender",
            Self::CustomSmsSender => "CustomSMSSender",
            Self::InboundFederation => "InboundFederation",
        }
    }

    /// The function (an ARN) that the pool names for the event.
    pub fn function(self, pool: &Pool) -> Option<&str> {
        let lambda = pool.settings.lambda_config.as_ref()?;
        let named = match self {
            Self::PreSignUp => &lambda.pre_sign_up,
            Self::PostConfirmation => &lambda.post_confirmation,
            Self::PreAuthentication => &lambda.pre_authentication,
            Self::PostAuthentication => &lambda.post_authentication,
            Self::DefineAuthChallenge => &lambda.define_auth_challenge,
            Self::CreateAuthChallenge => &lambda.create_auth_challenge,
            Self::VerifyAuthChallengeResponse => &lambda.verify_auth_challenge_response,
            Self::PreTokenGeneration => match &lambda.pre_token_generation_config {
                Some(config) => return Some(&config.lambda_arn),
                None => &lambda.pre_token_generation,
            },
            Self::UserMigration => &lambda.user_migration,
            Self::CustomMessage => &lambda.custom_message,
            Self::CustomEmailSender => {
                return lambda.custom_email_sender.as_ref().map(|sender| sender.lambda_arn.as_str());
            }
            Self::CustomSmsSender => return lambda.custom_sms_sender.as_ref().map(|sender| sender.lambda_arn.as_str()),
            Self::InboundFederation => {
                return lambda.inbound_federation.as_ref().map(|inbound| inbound.lambda_arn.as_str());
            }
        };
        named.as_deref()
    }

    /// Whether the pool has a function for the event.
    pub fn is_configured(self, pool: &Pool) -> bool {
        self.function(pool).is_some()
    }

    fn cannot_be_invoked(self, pool: &Pool) -> Fault {
        let function = self.function(pool).unwrap_or_default();
        tracing::warn!(pool = %pool.id, trigger = self.name(), function, "a pool names a function that is nowhere; poolhouse plugin put makes one");
        Fault::modelled("UnexpectedLambdaException", format!("{} invocation failed due to configuration.", self.name()))
    }
}
