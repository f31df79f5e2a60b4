//! `poolhouse roles`: the roles of a running server, over its admin API.

use super::client::Client;
use super::{Failure, To, print};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum RolesCommand {
    /// Makes a role, or replaces it
    Put {
        /// The role's name; its ARN is arn:aws:iam::ACCOUNT:role/NAME
        name: String,
        /// A file with the trust policy: whose tokens may take the role
        #[arg(long, value_name = "FILE")]
        trust: String,
        /// A file with a permission policy; may be given several times
        #[arg(long, value_name = "FILE")]
        policy: Vec<String>,
        /// The longest session, from 900 to 43200 seconds [default: 3600]
        #[arg(long, value_name = "SECONDS")]
        max_session: Option<u32>,
        #[command(flatten)]
        to: To,
    },
    /// Lists the roles
    List {
        #[command(flatten)]
        to: To,
    },
    /// Shows a role with its policies
    Show {
        /// The role's name
        name: String,
        #[command(flatten)]
        to: To,
    },
    /// Deletes a role: its sessions may do nothing from now on
    Delete {
        /// The role's name
        name: String,
        #[command(flatten)]
        to: To,
    },
}

pub(super) fn run(command: RolesCommand) -> Result<(), Failure> {
    match command {
        RolesCommand::Put { name, trust, policy, max_session, to } => {
            let policies = policy.iter().map(|file| read("--policy", file)).collect::<Result<Vec<_>, _>>()?;
            let mut body = json!({ "TrustPolicy": read("--trust", &trust)?, "Policies": policies });
            if let (Some(seconds), Value::Object(body)) = (max_session, &mut body) {
                body.insert("MaxSessionDuration".into(), seconds.into());
            }
            let role = client(&to)?.call("PUT", &format!("roles/{}", checked(&name)?), Some(&body))?;
            shown(&to, &role, || format!("{} is in place.\n", text(&role, "Arn")))
        }
        RolesCommand::List { to } => list(&to),
        RolesCommand::Show { name, to } => {
            let role = client(&to)?.call("GET", &format!("roles/{}", checked(&name)?), None)?;
            shown(&to, &role, || details(&role))
        }
        RolesCommand::Delete { name, to } => {
            let gone = client(&to)?.call("DELETE", &format!("roles/{}", checked(&name)?), None)?;
            shown(&to, &gone, || "The role is deleted.\n".to_owned())
        }
    }
}

fn client(to: &To) -> Result<Client, Failure> {
    Client::find(to.endpoint.as_deref())
}

fn shown(to: &To, answer: &Value, words: impl FnOnce() -> String) -> Result<(), Failure> {
    print(&if to.json { format!("{answer:#}\n") } else { words() })
}

/// All pages of the list.
fn list(to: &To) -> Result<(), Failure> {
    let client = client(to)?;
    let mut roles: Vec<Value> = Vec::new();
    let mut page = client.call("GET", "roles", None)?;
    loop {
        if let Some(Value::Array(found)) = page.get("Roles") {
            roles.extend(found.iter().cloned());
        }
        // A page token has letters, digits, - and _ only.
        let Some(next) = page.get("NextToken").and_then(Value::as_str) else { break };
        page = client.call_with("GET", "roles", &format!("nextToken={next}"))?;
    }
    let all = json!({ "Roles": roles });
    shown(to, &all, || {
        if roles.is_empty() {
            return "There are no roles.\n".to_owned();
        }
        roles.iter().map(|role| format!("{}\n", text(role, "Arn"))).collect()
    })
}

fn text<'a>(role: &'a Value, name: &str) -> &'a str {
    role.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn details(role: &Value) -> String {
    let pretty = |policy: &str| {
        serde_json::from_str::<Value>(policy).map_or_else(|_| policy.to_owned(), |policy| format!("{policy:#}"))
    };
    let mut out = format!(
        "{}\nLongest session: {} seconds\nTrust policy:\n{}\n",
        text(role, "Arn"),
        role.get("MaxSessionDuration").map(Value::to_string).unwrap_or_default(),
        pretty(text(role, "TrustPolicy"))
    );
    for policy in role.get("Policies").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        out.push_str(&format!("Policy:\n{}\n", pretty(policy)));
    }
    out
}

/// Names go into the path as they are.
fn checked(name: &str) -> Result<&str, Failure> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    let is_fine = (1..=64).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('.');
    if is_fine { Ok(name) } else { Err(Failure::usage("a role's name has 1 to 64 letters, digits and _+=,.@-")) }
}

fn read(option: &str, file: &str) -> Result<String, Failure> {
    let unreadable = |error: std::io::Error| Failure::usage(format!("{option} {file}: {error}; give a policy in JSON"));
    let length = std::fs::metadata(file).map_err(unreadable)?.len();
    if length > crate::model::policy::MAX_BYTES as u64 {
        let most = crate::model::policy::MAX_BYTES;
        return Err(Failure::usage(format!("{option} {file}: it has {length} bytes; a policy has at most {most}")));
    }
    std::fs::read_to_string(file).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_shown_in_words() {
        let role = json!({"Arn": "arn:aws:iam::1:role/web", "MaxSessionDuration": 3600, "TrustPolicy": "{\"Statement\":[]}",
            "Policies": ["{\"a\":1}"]});
        let told = details(&role);
        assert!(told.contains("role/web") && told.contains("3600 seconds") && told.contains("\"a\": 1"), "{told}");
        assert!(checked("web-auth").is_ok() && checked("../keys").is_err() && checked("").is_err());
        assert!(read("--trust", "/no/such/file").is_err());
    }
}
