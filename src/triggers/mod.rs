//! Owns the Lambda triggers: builds every event as Cognito's JSON and checks every answer. Hands off the invocation to
//! a [`FunctionHost`]; the usual one is [`Functions`], which knows plugins (`plugins`, run by `sandbox`), chains of
//! functions, and functions behind a web address (`remote`). Must not know operations, HTTP requests or the rules of
//! sign-in.
//!
//! # For whoever writes a function
//!
//! A function receives one event, Cognito's own JSON, and returns the same event with `response` filled in; other
//! changes are ignored. `poolhouse plugin events` prints a complete sample of each. Members that are null or unchanged
//! have no effect, unless the table says otherwise. Wrong types are an error for the API caller
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
//! A refusal (an error of `handle`, the exit status of a command, `errorMessage` of a webhook) reaches the API caller
//! as `PreSignUp failed with error ....`, with the function's message. README and [`crate::model::Manifest`] say what a
//! plugin may import and how it is limited.
//!
//! # Failing closed
//!
//! A pool that names a function relies on it, for example to refuse sign-ups. So where the function does not exist, the
//! event fails with Cognito's error for a function that cannot be invoked; it is never skipped.

mod answer;
mod dispatch;
mod event_context;
mod explain;
mod failure;
mod functions;
mod host;
mod inbound;
mod messages;
mod migration;
pub mod plugins;
mod remote;
pub mod samples;
pub mod sandbox;
mod shadow;
mod sign_in;
mod sign_up;
mod stats;
mod tokens;
mod trigger;

pub use dispatch::Triggers;
pub use event_context::{EventContext, EventSubject};
pub use explain::explain_answer;
pub use failure::{Failure, invalid_lambda_response, unrecognizable_output};
pub use functions::Functions;
pub use host::{Availability, Call, FunctionHost};
pub use inbound::ProviderAttributes;
pub use messages::{CustomizedMessage, MessageSource, SenderCall};
pub use migration::MigratedUser;
pub use remote::{RemoteFunctions, SIGNATURE_HEADER};
pub use sign_in::CustomAuthStep;
pub use sign_up::{Confirmation, PreSignUpResponse, SignUpOrigin};
pub use stats::Stats;
pub use tokens::{ClaimChanges, GroupOverride, TokenOverrides, TokenSource};
pub use trigger::Trigger;

use std::collections::BTreeMap;

/// String values by name, as in `ClientMetadata` and `ValidationData`.
pub type Texts = BTreeMap<String, String>;
