//! `poolhouse keys`: the access keys of a running server, over its admin API.

use super::client::Client;
use super::{Failure, To, print};
use clap::Subcommand;
use serde_json::{Value, json};
use std::path::Path;

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Makes a key and shows its secret, this once
    Create {
        /// What the key may do: admin, read-only, or a file with an IAM policy in JSON
        #[arg(long, value_name = "admin|read-only|FILE", default_value = "read-only")]
        policy: String,
        /// The name in the caller's ARN [default: made up]
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        to: To,
    },
    /// Lists the keys, without their secrets
    List {
        #[command(flatten)]
        to: To,
    },
    /// Disables a key: calls signed by it are refused until it is enabled again
    Disable {
        /// The access key id
        id: String,
        #[command(flatten)]
        to: To,
    },
    /// Enables a key again
    Enable {
        /// The access key id
        id: String,
        #[command(flatten)]
        to: To,
    },
    /// Gives a user pool new keys for signing tokens
    ///
    /// They are published at once and sign after an hour, when every verifier knows them; tokens that the old keys
    /// signed stay valid to their end.
    Rotate {
        /// The id of the user pool
        pool: String,
        /// The new keys sign at once: verifiers that keep the key set may refuse new tokens for an hour
        #[arg(long, conflicts_with = "revoke")]
        now: bool,
        /// The old keys leaked: the new ones sign at once, and every token of the old ones is refused
        #[arg(long)]
        revoke: bool,
        #[command(flatten)]
        to: To,
    },
    /// Deletes a key for good
    Delete {
        /// The access key id
        id: String,
        #[command(flatten)]
        to: To,
    },
}

pub(super) fn run(command: KeysCommand) -> Result<(), Failure> {
    let (method, path, body, to) = match command {
        KeysCommand::Create { policy, name, to } => {
            let policy = policy_text(&policy)?;
            let mut body = json!({ "Policy": policy });
            if let (Some(name), Value::Object(body)) = (name, &mut body) {
                body.insert("Name".into(), name.into());
            }
            ("POST", "keys".to_owned(), Some(body), to)
        }
        KeysCommand::Rotate { pool, now, revoke, to } => {
            let mode = match (now, revoke) {
                (_, true) => "REVOKING",
                (true, _) => "AT_ONCE",
                _ => "ANNOUNCED",
            };
            let plain = !pool.is_empty() && pool.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
            if !plain {
                return Err(Failure::usage("a user pool's id looks like us-east-1_Ab12Cd34E"));
            }
            let path = format!("pools/{pool}/signing-keys");
            ("POST", path, Some(json!({ "Mode": mode })), to)
        }
        KeysCommand::List { to } => ("GET", "keys".to_owned(), None, to),
        KeysCommand::Disable { id, to } => ("POST", format!("keys/{}/disable", checked_id(&id)?), None, to),
        KeysCommand::Enable { id, to } => ("POST", format!("keys/{}/enable", checked_id(&id)?), None, to),
        KeysCommand::Delete { id, to } => ("DELETE", format!("keys/{}", checked_id(&id)?), None, to),
    };
    let answer = Client::find(to.endpoint.as_deref())?.call(method, &path, body.as_ref())?;
    if to.json {
        return print(&format!("{answer:#}\n"));
    }
    print(&answer_text(method, &answer))
}

/// The ids go into the path as they are.
fn checked_id(id: &str) -> Result<&str, Failure> {
    let plain = !id.is_empty() && id.len() <= 128 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain { Ok(id) } else { Err(Failure::usage("an access key id has letters, digits and _ only")) }
}

fn policy_text(policy: &str) -> Result<String, Failure> {
    if matches!(policy, "admin" | "read-only") {
        return Ok(policy.to_owned());
    }
    let path = Path::new(policy);
    let unreadable = |error: std::io::Error| {
        Failure::usage(format!("--policy {policy}: {error}; give admin, read-only, or a file with a policy in JSON"))
    };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > crate::model::policy::MAX_BYTES as u64 {
        return Err(Failure::usage(format!(
            "--policy {policy}: the file has {length} bytes; a policy has at most {}",
            crate::model::policy::MAX_BYTES
        )));
    }
    std::fs::read_to_string(path).map_err(unreadable)
}

fn answer_text(method: &str, answer: &Value) -> String {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(Value::Array(keys)) = answer.get("AccessKeys") {
        let mut out = format!("{:<22} {:<9} {:<24} {}\n", "ID", "STATE", "NAME", "POLICY");
        for key in keys {
            let state = if key.get("Enabled") == Some(&Value::Bool(true)) { "enabled" } else { "disabled" };
            let policy = text(key, "Policy");
            let policy =
                if policy.starts_with(['{', ' ', '\n']) { "its own (--json shows it)".to_owned() } else { policy };
            out.push_str(&format!("{:<22} {state:<9} {:<24} {policy}\n", text(key, "AccessKeyId"), text(key, "Name")));
        }
        return out;
    }
    if let Some(Value::Array(ids)) = answer.get("KeyIds") {
        let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
        let from = answer.get("SignsFrom").map(Value::to_string).unwrap_or_default();
        return format!("The new keys sign from {} on. Published now:\n{}\n", from.trim_matches('"'), ids.join("\n"));
    }
    let id = text(answer, "AccessKeyId");
    if let Some(secret) = answer.get("SecretAccessKey").and_then(Value::as_str) {
        return format!(
            "The secret is shown only this once.\n\nexport AWS_ACCESS_KEY_ID={id}\nexport AWS_SECRET_ACCESS_KEY={secret}\n"
        );
    }
    match (method, answer.get("Enabled")) {
        (_, Some(Value::Bool(true))) => format!("{id} is enabled.\n"),
        (_, Some(Value::Bool(false))) => format!("{id} is disabled.\n"),
        _ => "The key is deleted.\n".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_shown_in_words() {
        let list = json!({ "AccessKeys": [{ "AccessKeyId": "AKIA1", "Name": "n", "Enabled": false, "Policy": "{\"Statement\":[]}" }] });
        let text = answer_text("GET", &list);
        assert!(text.contains("AKIA1") && text.contains("disabled") && text.contains("its own"), "{text}");
        let made = answer_text("POST", &json!({ "AccessKeyId": "AKIA1", "SecretAccessKey": "s", "Enabled": true }));
        assert!(made.contains("export AWS_SECRET_ACCESS_KEY=s"));
        assert_eq!(answer_text("DELETE", &json!({})), "The key is deleted.\n");
    }

    #[test]
    fn ids_and_policies_are_checked_before_the_call() {
        assert!(checked_id("AKIA1").is_ok());
        assert!(checked_id("../status").is_err() && checked_id("").is_err());
        assert!(policy_text("admin").is_ok_and(|p| p == "admin"));
        assert!(policy_text("/no/such/policy.json").is_err());
    }
}
