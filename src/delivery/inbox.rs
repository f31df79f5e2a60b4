//! The inbox of development mode: messages are kept in memory and shown instead of sent.

use super::message::{Kind, Medium, Message};
use crate::clock::Timestamp;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many messages are kept. Older ones are dropped.
const KEPT: usize = 200;

/// A message as its receiver would have got it.
#[derive(Debug, Clone)]
pub struct Received {
    pub time: Timestamp,
    pub pool_id: String,
    pub username: String,
    pub kind: Kind,
    pub medium: Medium,
    /// The mail address or phone number.
    pub to: String,
    /// Empty for SMS.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML, if the template has markup. The pool's administrator wrote it, so show it only in a frame
    /// without scripts.
    pub html: Option<String>,
    /// The code or temporary password in the message.
    pub code: String,
}

#[derive(Debug, Default)]
pub struct Inbox {
    messages: Mutex<VecDeque<Received>>,
}

impl Inbox {
    /// All messages, newest first.
    pub fn messages(&self) -> Vec<Received> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

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
