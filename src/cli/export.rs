//! `poolhouse export`: the users of a pool of a running server, as JSON lines or as a CSV file for import jobs. It
//! reads page after page and writes as it goes, so that its memory does not grow with the pool.

use super::Failure;
use super::client::Client;
use clap::{Args, ValueEnum};
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

/// The form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON object a line, with everything that is told of a user
    Jsonl,
    /// What an import job takes, here or at Cognito: attributes, and hashes if they are asked for
    Csv,
}

/// What `export` takes.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The id of the user pool
    pool: String,
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Form,
    /// Adds password hashes, where there are any that other systems can check
    ///
    /// Passwords are kept as SRP verifiers unless the pool has the tag poolhouse:password-scheme=argon2id. No other
    /// hash can be made from a verifier; users who have one alone set a new password elsewhere.
    #[arg(long)]
    hashes: bool,
    /// The file to write, readable by you alone [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The server [default: AWS_ENDPOINT_URL, the AWS profile's endpoint_url, or http://127.0.0.1:9229]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
}

/// What was written.
#[derive(Debug, Default)]
struct Counts {
    users: u64,
    hashes: u64,
    srp_only: u64,
}

pub(super) fn run(args: &ExportArgs) -> Result<(), Failure> {
    if args.pool.is_empty() || !args.pool.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)) {
        return Err(Failure::usage("a user pool's id looks like us-east-1_Ab12Cd34E"));
    }
    let client = Client::find(args.endpoint.as_deref())?;
    let mut out: BufWriter<Box<dyn Write>> = BufWriter::new(match &args.output {
        Some(path) => Box::new(create(path)?),
        None => Box::new(io::stdout().lock()),
    });
    let counts = write(args, &client, &mut out)?;
    out.flush().map_err(unwritable)?;
    eprintln!("{} users were exported.", counts.users);
    if args.hashes {
        let Counts { hashes, srp_only, .. } = counts;
        eprintln!(
            "{hashes} of them have a password hash. {srp_only} have an SRP verifier alone, from which no other hash can be made."
        );
    }
    Ok(())
}

pub(super) fn create(path: &PathBuf) -> Result<File, Failure> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    opened.map_err(|error| Failure::failed(format!("cannot make {}: {error}", path.display())))
}

pub(super) fn unwritable(error: io::Error) -> Failure {
    Failure::failed(format!("cannot write: {error}"))
}

fn write(args: &ExportArgs, client: &Client, out: &mut impl Write) -> Result<Counts, Failure> {
    let kind = if args.hashes { "users-with-hashes" } else { "users" };
    let path = format!("pools/{}/{kind}", args.pool);
    let progress = args.output.is_some() && io::stderr().is_terminal();
    let (mut counts, mut query, mut columns) = (Counts::default(), String::new(), Vec::new());
    loop {
        let page = client.call_with("GET", &path, &query)?;
        if args.format == Form::Csv && columns.is_empty() {
            columns = header(&page, args.hashes);
            writeln!(out, "{}", columns.join(",")).map_err(unwritable)?;
        }
        for user in page.get("Users").and_then(Value::as_array).into_iter().flatten() {
            counts.users += 1;
            match user.get("PasswordForm").and_then(Value::as_str) {
                Some("HASH") => counts.hashes += 1,
                Some(_) => counts.srp_only += 1,
                None => {}
            }
            let line = match args.format {
                Form::Jsonl => user.to_string(),
                Form::Csv => row(user, &columns),
            };
            writeln!(out, "{line}").map_err(unwritable)?;
        }
        if progress {
            eprint!("\r{} users", counts.users);
        }
        match page.get("NextToken").and_then(Value::as_str) {
            Some(next) => query = format!("nextToken={next}"),
            None => break,
        }
    }
    if progress {
        eprintln!();
    }
    Ok(counts)
}

/// The columns of the pool, as GetCSVHeader has them; that of hashes where they were asked for.
fn header(page: &Value, hashes: bool) -> Vec<String> {
    let columns = page.get("CSVHeader").and_then(Value::as_array).into_iter().flatten();
    let names = columns.filter_map(Value::as_str).filter(|name| hashes || *name != "password_hash");
    names.map(str::to_owned).collect()
}

/// A row as import jobs take it.
fn row(user: &Value, columns: &[String]) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let attribute = |name: &str| text(user.get("Attributes").and_then(|attributes| attributes.get(name)));
    let value = |column: &String| match column.as_str() {
        // Where the sign-in name is an attribute, the username is a UUID, and the file has the attribute in its place.
        "cognito:username" => {
            let name = text(user.get("SignInName"));
            if name.is_empty() { text(user.get("Username")) } else { name }
        }
        // Blank takes the pool's state.
        "cognito:mfa_enabled" => String::new(),
        "password_hash" => text(user.get("PasswordHash")),
        "birthdate" => american(&attribute("birthdate")),
        name => attribute(name),
    };
    columns.iter().map(value).map(|value| escaped(&value)).collect::<Vec<_>>().join(",")
}

/// `yyyy-mm-dd` as `mm/dd/yyyy`.
fn american(date: &str) -> String {
    match date.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] => format!("{month}/{day}/{year}"),
        _ => date.to_owned(),
    }
}

/// A value without commas and line ends of its own. Quotation marks are Poolhouse's own extension, for what the other
/// form cannot say.
pub(super) fn escaped(value: &str) -> String {
    let line = value.replace(['\r', '\n'], " ");
    if line.ends_with('\\') || line.starts_with('"') {
        return format!("\"{}\"", line.replace('"', "\"\""));
    }
    line.replace(',', "\\,")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_are_as_import_jobs_take_them() {
        let columns =
            ["cognito:username", "name", "birthdate", "email_verified", "cognito:mfa_enabled", "password_hash"];
        let columns: Vec<String> = columns.map(str::to_owned).into();
        let user = json!({"Username": "ann", "PasswordHash": "$argon2id$v=19$m=1,t=2,p=3$a$b",
            "Attributes": {"name": "Arbor, Ann\nX", "birthdate": "1990-02-28", "email_verified": "true"}});
        assert_eq!(row(&user, &columns), "ann,Arbor\\, Ann X,02/28/1990,true,,$argon2id$v=19$m=1\\,t=2\\,p=3$a$b");
    }
}
