//! Groups.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A group of a user pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    /// The name.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// An IAM role that members get.
    pub role_arn: Option<String>,
    /// Lower wins; none is lowest.
    pub precedence: Option<i32>,
    /// When it was made. Also tells it from an earlier group of the same name: memberships name this moment.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}
