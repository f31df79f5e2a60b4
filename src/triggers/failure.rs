//! Why a function gave no usable answer, and which of Cognito's Lambda errors the API caller sees for it.

use crate::fault::{Cause, Fault};

/// Longest error message of a function that is passed on, in characters.
const MAX_WORDS: usize = 2000;

/// Why a function gave no usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The function refused the event or failed, with this message.
    Refused(String),
    TimedOut,
    /// It needed more memory than its limit.
    OutOfMemory,
    /// It crashed; the text says how.
    Trapped(String),
    /// Its answer is not JSON, or is too long.
    NotJson,
    /// Its answer is JSON, but not an event with a `response` object.
    Unrecognizable,
    /// It does not exist or could not be reached.
    Unavailable,
    /// It is still being compiled.
    Pending,
    /// Too many calls are already waiting.
    Busy,
}

impl Failure {
    /// The short name of the cause in logs and metrics.
    pub fn cause(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::TimedOut => "timeout",
            Self::OutOfMemory => "out_of_memory",
            Self::Trapped(_) => "trap",
            Self::NotJson | Self::Unrecognizable => "bad_output",
            Self::Unavailable => "unavailable",
            Self::Pending => "pending",
            Self::Busy => "busy",
        }
    }

    /// What happened, in a sentence for administrators.
    pub fn description(&self) -> String {
        match self {
            Self::Refused(why) => format!("it refused: {why}"),
            Self::TimedOut => "it took too long".into(),
            Self::OutOfMemory => "it ran out of memory (memory_mb in its manifest)".into(),
            Self::Trapped(how) => format!("it broke: {how}"),
            Self::NotJson => "what it answered is no JSON, or too long".into(),
            Self::Unrecognizable => "what it answered is not the event with its response".into(),
            Self::Unavailable => "it could not be called".into(),
            Self::Pending => "it is not compiled yet".into(),
            Self::Busy => "too many calls were waiting".into(),
        }
    }
}

impl Failure {
    /// The error that an API caller sees after an event with this `triggerSource`, in Cognito's words.
    pub fn to_fault(&self, source: &str) -> Fault {
        let name = source.split('_').next().unwrap_or_default();
        self.clone().into_fault(if name == "TokenGeneration" { "PreTokenGeneration" } else { name })
    }

    /// The error that an API caller sees, in Cognito's words.
    pub(super) fn into_fault(self, name: &str) -> Fault {
        let refused = |why: &str| {
            Fault::modelled("UserLambdaValidationException", format!("{name} failed with error {why}."))
                .because(Cause::Trigger)
        };
        let invocation = |why: &str| {
            Fault::modelled("UnexpectedLambdaException", format!("{name} invocation failed due to {why}."))
                .because(Cause::TriggerUnavailable)
        };
        match self {
            Self::Refused(why) => refused(&why.chars().take(MAX_WORDS).collect::<String>()),
            Self::TimedOut => refused("Socket timeout while invoking Lambda function"),
            // Lambda reports these as errors of the function, too.
            Self::OutOfMemory => refused("the function ran out of memory"),
            Self::Trapped(_) => refused("the function crashed"),
            Self::NotJson => {
                Fault::modelled("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")
                    .because(Cause::Trigger)
            }
            Self::Unrecognizable => unrecognizable_output(),
            Self::Unavailable => invocation("configuration"),
            Self::Pending => invocation("error ResourceConflictException"),
            Self::Busy => invocation("error TooManyRequestsException"),
        }
    }
}

/// InvalidLambdaResponseException for an answer of the wrong form.
pub fn unrecognizable_output() -> Fault {
    Fault::modelled("InvalidLambdaResponseException", "Unrecognizable lambda output").because(Cause::Trigger)
}

/// InvalidLambdaResponseException for an answer of the right form that cannot be applied.
pub fn invalid_lambda_response(why: impl Into<String>) -> Fault {
    Fault::modelled("InvalidLambdaResponseException", why.into()).because(Cause::Trigger)
}
