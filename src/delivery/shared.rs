//! The state that callers of delivery and its worker share.

use super::inbox::Inbox;
use super::logs::Logs;
use super::sms::Sms;
use super::smtp::Smtp;
use crate::clock::Clock;
use crate::config::delivery::DeliveryConfig;
use crate::secret::Seal;
use crate::store::Store;
use std::sync::{Arc, OnceLock};
use tokio::sync::{Notify, watch};

pub(super) struct Shared {
    pub store: Store,
    pub seal: Arc<dyn Seal>,
    pub clock: Arc<Clock>,
    pub config: DeliveryConfig,
    pub inbox: Option<Inbox>,
    pub smtp: Option<Smtp>,
    pub sms: Option<Sms>,
    pub mail_due: Notify,
    pub sms_due: Notify,
    pub stop: watch::Sender<bool>,
    /// Pools' logs, which are told about dropped messages.
    pub logs: OnceLock<Arc<Logs>>,
    /// Number of worker threads.
    pub running: watch::Sender<usize>,
}
