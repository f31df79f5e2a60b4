//! The triggers, and the function that a pool names for each.

use crate::model::Pool;
use crate::shapes::idp::LambdaConfigType;

/// The events that Cognito can send to a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    PreSignUp,
    PostConfirmation,
    PreAuthentication,
    PostAuthentication,
    DefineAuthChallenge,
    CreateAuthChallenge,
    VerifyAuthChallengeResponse,
    PreTokenGeneration,
    /// An unknown user signs in with a password, or forgot it.
    UserMigration,
    CustomMessage,
    CustomEmailSender,
    CustomSmsSender,
    InboundFederation,
}

impl Trigger {
    pub const ALL: [Self; 13] = [
        Self::PreSignUp,
        Self::PostConfirmation,
        Self::PreAuthentication,
        Self::PostAuthentication,
        Self::DefineAuthChallenge,
        Self::CreateAuthChallenge,
        Self::VerifyAuthChallengeResponse,
        Self::PreTokenGeneration,
        Self::UserMigration,
        Self::CustomMessage,
        Self::CustomEmailSender,
        Self::CustomSmsSender,
        Self::InboundFederation,
    ];

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

    /// The ARN that LambdaConfig names for this event.
    pub fn function(self, pool: &Pool) -> Option<&str> {
        self.function_in(pool.settings.lambda_config.as_ref()?)
    }

    /// The ARN that a LambdaConfig names for this event.
    pub fn function_in(self, lambda: &LambdaConfigType) -> Option<&str> {
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

    pub fn is_configured(self, pool: &Pool) -> bool {
        self.function(pool).is_some()
    }
}
