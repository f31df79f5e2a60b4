//! Auth events, and where a pool's logs go.

use crate::clock::Timestamp;
use crate::shapes::idp as api;
use serde::{Deserialize, Serialize};

/// Something that a user did to get in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthEvent {
    /// A UUID that begins with the moment (version 7).
    pub id: String,
    /// What.
    pub kind: api::EventType,
    /// When.
    pub at: Timestamp,
    /// How it ended, or that it goes on.
    pub response: api::EventResponseType,
    /// What was judged of it.
    pub risk: api::EventRiskType,
    /// What was asked, and how it was answered.
    pub challenges: Vec<api::ChallengeResponseType>,
    /// From where and with what.
    pub context: api::EventContextDataType,
    /// Through which client.
    pub client: Option<String>,
    /// The call's request id.
    pub request: String,
    /// What the user or an administrator says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<api::EventFeedbackType>,
}

/// A month of a user's auth events, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AuthEvents {
    /// The events.
    pub events: Vec<AuthEvent>,
}

/// What SetLogDeliveryConfiguration keeps.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct LogDelivery {
    /// Which events go where.
    pub configurations: Vec<api::LogConfigurationType>,
}
