//! The inbox of development mode: messages are kept in memory and shown instead of sent.

use super::message::{Kind, Medium, Message};
use crate::clock::Timestamp;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many messages are kept; older ones fall out.
const KEPT: usize = 200;

/// A message as it would have arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// When it was delivered here.
    pub time: Timestamp,
    /// The pool.
    pub pool_id: String,
    /// The user.
    pub username: String,
    /// Why it was sent.
    pub kind: Kind,
    /// The way it would have taken.
    pub medium: Medium,
    /// The destination.
    pub to: String,
    /// The subject; empty for SMS.
    pub subject: String,
    /// The words as plain text.
    pub text: String,
    /// The words as HTML, where the template has markup. It is the pool's own: show it in a frame without scripts, if
    /// at all.
    pub html: Option<String>,
    /// The code or temporary password in it.
    pub code: String,
}

/// The last messages, in memory only.
#[derive(Debug, Default)]
pub struct Inbox {
    messages: Mutex<VecDeque<Received>>,
}

impl Inbox {
    /// The messages, newest first.
    pub fn messages(&self) -> Vec<Received> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    /// The newest message to a destination.
    pub fn last_to(&self, destination: &str) -> Option<Received> {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.iter().rev().find(|m| m.to == destination).cloned()
    }

    pub(super) fn receive(&self, message: Message, time: Timestamp) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if messages.len() >= KEPT {
            messages.pop_front();
        }
        messages.push_back(Received {
            time,
            pool_id: message.pool_id,
            username: message.username,
            kind: message.kind,
            medium: message.medium,
            to: message.to,
            subject: message.content.subject,
            text: message.content.text,
            html: message.content.html,
            code: message.code,
        });
    }
}
