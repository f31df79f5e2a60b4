//! Faults of the wire itself.

use crate::fault::Fault;
use std::borrow::Cow;

/// The body is not what its protocol says.
pub(super) fn serialization(message: impl Into<Cow<'static, str>>) -> Fault {
    Fault::Protocol { name: "SerializationException", status: 400, message: message.into() }
}
