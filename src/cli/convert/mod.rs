//! `poolhouse convert`: what other systems export, as a CSV file for import jobs. Users are read and written one by
//! one, so that its memory does not grow with the file.

mod sources;
mod stream;

use super::Failure;
use super::export::escaped;
use clap::{Args, ValueEnum};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::PathBuf;

/// The system that wrote the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum From {
    /// Auth0's bulk export, one JSON object a line, with passwordHash if support added it
    Auth0,
    /// Firebase's auth:export as JSON; its own form of scrypt is not taken
    Firebase,
    /// Keycloak's realm export with its users
    Keycloak,
    /// A SCIM 2.0 list of users, as Okta and others give it
    Scim,
}

/// The scheme of hashes; an import job takes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Hashes {
    Bcrypt,
    Argon2id,
    Pbkdf2Sha256,
}

/// What `convert` takes.
#[derive(Debug, Args)]
pub(super) struct ConvertArgs {
    /// The file of the other system
    file: PathBuf,
    /// The system that wrote it
    #[arg(long, value_enum)]
    from: From,
    /// Takes password hashes of this scheme, for a job with that PasswordHashingAlgorithm
    #[arg(long, value_enum)]
    hashes: Option<Hashes>,
    /// Takes mail addresses as verified where the file says nothing of it (SCIM)
    #[arg(long)]
    trust_emails: bool,
    /// Says what would be written, and writes nothing
    #[arg(long)]
    dry_run: bool,
    /// The CSV file to write, readable by you alone [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A user of another system, by the columns of an import job.
#[derive(Debug, Default)]
struct Person {
    values: BTreeMap<&'static str, String>,
    hash: Hash,
    /// What cannot be brought along, for the report.
    lost: Vec<&'static str>,
}

/// The password of such a user.
#[derive(Debug, Default, PartialEq, Eq)]
enum Hash {
    #[default]
    None,
    Known(Hashes, String),
    /// A form that import jobs do not take.
    Unknown,
}

const USERNAME: &str = "cognito:username";
const COLUMNS: [&str; 13] = [
    USERNAME,
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "picture",
    "locale",
    "zoneinfo",
    "profile",
];

impl Person {
    fn set(&mut self, column: &'static str, value: Option<&Value>) {
        let text = match value {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Bool(flag)) => flag.to_string(),
            _ => return,
        };
        if !text.is_empty() {
            self.values.insert(column, text);
        }
    }
}

/// Counts of what happened, by what the report says.
type Report = BTreeMap<&'static str, u64>;

pub(super) fn run(args: &ConvertArgs) -> Result<(), Failure> {
    let unreadable = |error: String| Failure::failed(format!("cannot read {}: {error}", args.file.display()));
    let input = BufReader::new(File::open(&args.file).map_err(|error| unreadable(error.to_string()))?);
    let mut out: BufWriter<Box<dyn Write>> = BufWriter::new(match &args.output {
        _ if args.dry_run => Box::new(io::sink()),
        Some(path) => Box::new(super::export::create(path)?),
        None => Box::new(io::stdout().lock()),
    });
    let mut columns = COLUMNS.to_vec();
    columns.extend(args.hashes.map(|_| "password_hash"));
    let mut report = Report::new();
    let mut failed = writeln!(out, "{}", columns.join(",")).err();
    let each = |value: Value| match take(args, &value, &mut report) {
        Some(line) if failed.is_none() => failed = writeln!(out, "{line}").err(),
        _ => {}
    };
    stream::each_user(input, args.from == From::Auth0, each).map_err(|error| unreadable(error.to_string()))?;
    if let Some(error) = failed.or_else(|| out.flush().err()) {
        return Err(super::export::unwritable(error));
    }
    for (what, count) in report {
        eprintln!("{count:>9} {what}");
    }
    Ok(())
}

/// The row of a user, if there is one; what is lost is counted.
fn take(args: &ConvertArgs, value: &Value, report: &mut Report) -> Option<String> {
    let mut person = match args.from {
        From::Auth0 => sources::auth0(value),
        From::Firebase => sources::firebase(value),
        From::Keycloak => sources::keycloak(value),
        From::Scim => sources::scim(value),
    };
    let mut count = |what| *report.entry(what).or_default() += 1;
    person.lost.iter().for_each(|what| count(*what));
    if args.trust_emails && person.values.contains_key("email") {
        person.values.entry("email_verified").or_insert_with(|| "true".to_owned());
    }
    for (attribute, flag) in [("email", "email_verified"), ("phone_number", "phone_number_verified")] {
        if !person.values.contains_key(attribute) {
            person.values.remove(flag);
        }
    }
    if !person.values.contains_key(USERNAME) {
        count("users without a name of any kind: left out");
        return None;
    }
    let verified = |flag| person.values.get(flag).is_some_and(|value: &String| value == "true");
    if !verified("email_verified") && !verified("phone_number_verified") {
        count("users without a verified address or number: an import job will refuse them");
    }
    let hash = match (&person.hash, args.hashes) {
        (Hash::Known(scheme, hash), Some(wanted)) if *scheme == wanted => {
            count("passwords that go on working");
            hash.as_str()
        }
        (Hash::None, _) => "",
        (Hash::Known(Hashes::Bcrypt, _), _) => {
            count("bcrypt hashes that were not asked for (--hashes bcrypt): these users set a new password");
            ""
        }
        (Hash::Known(Hashes::Argon2id, _), _) => {
            count("Argon2id hashes that were not asked for (--hashes argon2id): these users set a new password");
            ""
        }
        (Hash::Known(Hashes::Pbkdf2Sha256, _), _) => {
            count("PBKDF2 hashes that were not asked for (--hashes pbkdf2-sha256): these users set a new password");
            ""
        }
        (Hash::Unknown, _) => {
            count("hashes of a form that import jobs do not take: these users set a new password");
            ""
        }
    };
    count("users written");
    let values = COLUMNS.iter().map(|column| person.values.get(column).map_or_else(String::new, |v| escaped(v)));
    let hash = args.hashes.map(|_| escaped(hash));
    Some(values.chain(hash).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests;
