//! One address does its worst, while another signs in; the bench `hostility` uses it too. Every attack is bounded in
//! connections and in time.

use serde_json::{Value, json};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// The address that attacks come from.
const ATTACKER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
/// The address of the user who only wants to sign in.
const NEIGHBOUR: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3));
/// Longer than any answer may take; what takes longer is an error.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long an attacker waits after a connection that was refused or closed.
const PAUSE: Duration = Duration::from_millis(20);

pub const PASSWORD: &str = "Passw0rd!";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attack {
    /// Begins sign-ins by SRP, which costs the server two exponentiations, and never goes on.
    SrpBegins,
    /// Wrong passwords for many users.
    Guesses,
    /// The same, but hangs up before the answer.
    HangUps,
    /// Connections that send nothing, or half of a head.
    IdleSockets,
    /// Long bodies that lack their last byte.
    UnfinishedBodies,
    SignUps,
}

impl Attack {
    pub const ALL: [Self; 6] =
        [Self::SrpBegins, Self::Guesses, Self::HangUps, Self::IdleSockets, Self::UnfinishedBodies, Self::SignUps];
}

/// A server under attack, with a client of a pool that has the users of [`usernames`].
#[derive(Debug, Clone)]
pub struct Target {
    pub address: SocketAddr,
    pub client: String,
    /// How many users there are of either kind.
    pub users: usize,
}

/// Those who sign in, and those whom attacks name: a user is locked after wrong passwords, whoever guesses them.
pub fn usernames(users: usize) -> impl Iterator<Item = String> {
    (0..users).flat_map(|user| [neighbour(user), victim(user)])
}

fn neighbour(user: usize) -> String {
    format!("neighbour{user}")
}

fn victim(user: usize) -> String {
    format!("victim{user}")
}

impl Target {
    fn initiate(&self, flow: &str, parameters: Value) -> Vec<u8> {
        post("InitiateAuth", &json!({"ClientId": self.client, "AuthFlow": flow, "AuthParameters": parameters}))
    }

    fn password(&self, username: &str, password: &str) -> Vec<u8> {
        self.initiate("USER_PASSWORD_AUTH", json!({"USERNAME": username, "PASSWORD": password}))
    }

    /// One sign-in by the neighbour over a connection of its own; how long it took.
    pub async fn sign_in(&self, user: usize) -> io::Result<Duration> {
        let begun = Instant::now();
        let request = self.password(&neighbour(user % self.users), PASSWORD);
        let call = async { exchange(&mut connect(NEIGHBOUR, self.address).await?, &request).await };
        match tokio::time::timeout(PATIENCE, call).await? {
            Ok(200) => Ok(begun.elapsed()),
            Ok(status) => Err(io::Error::other(format!("status {status}"))),
            Err(error) => Err(error),
        }
    }

    /// Attacks on so many connections until the time is over; how many requests (or sockets) there were.
    pub async fn attack(&self, attack: Attack, connections: usize, until: Instant) -> usize {
        let each = (0..connections).map(|connection| self.attack_once_and_again(attack, connection, until));
        futures::future::join_all(each).await.into_iter().sum()
    }

    async fn attack_once_and_again(&self, attack: Attack, connection: usize, until: Instant) -> usize {
        let mut done = 0;
        while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            let round = async {
                let mut stream = connect(ATTACKER, self.address).await?;
                // These wait on one connection until the server ends it.
                done += usize::from(matches!(attack, Attack::IdleSockets | Attack::UnfinishedBodies));
                loop {
                    self.step(attack, &mut stream, connection + done * 131).await?;
                    done += 1;
                    if attack == Attack::HangUps {
                        return io::Result::Ok(());
                    }
                }
            };
            // An error is what the attacker is due; it comes again.
            let _ = tokio::time::timeout(left, round).await;
            tokio::time::sleep(PAUSE.min(left)).await;
        }
        done
    }

    async fn step(&self, attack: Attack, stream: &mut TcpStream, number: usize) -> io::Result<()> {
        // Guesses name unknown users, who are not locked so soon. They cost the server as much as known ones.
        let unknown = format!("unknown{number}");
        match attack {
            Attack::SrpBegins => {
                // Any number between 0 and the prime will do.
                let srp_a = format!("{:x}", 0x1000_0000_u64 + number as u64);
                let parameters = json!({"USERNAME": victim(number % self.users), "SRP_A": srp_a});
                exchange(stream, &self.initiate("USER_SRP_AUTH", parameters)).await?;
            }
            Attack::Guesses => {
                exchange(stream, &self.password(&unknown, "Wrong-Horse7")).await?;
            }
            Attack::HangUps => stream.write_all(&self.password(&unknown, "Wrong-Horse7")).await?,
            Attack::IdleSockets => {
                if number.is_multiple_of(2) {
                    stream.write_all(b"POST / HTTP/1.1\r\nhost: localhost\r\n").await?;
                }
                stream.read_u8().await?;
            }
            Attack::UnfinishedBodies => {
                let body = vec![b' '; 4 << 20];
                stream.write_all(&head("InitiateAuth", body.len() + 1)).await?;
                stream.write_all(&body).await?;
                stream.read_u8().await?;
            }
            Attack::SignUps => {
                let body = json!({"ClientId": self.client, "Username": format!("new{number}"), "Password": PASSWORD});
                exchange(stream, &post("SignUp", &body)).await?;
            }
        }
        Ok(())
    }
}

async fn connect(from: IpAddr, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from, 0))?;
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn head(operation: &str, length: usize) -> Vec<u8> {
    format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {length}\r\n\
         x-amz-target: AWSCognitoIdentityProviderService.{operation}\r\n\r\n"
    )
    .into_bytes()
}

fn post(operation: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let mut request = head(operation, body.len());
    request.extend_from_slice(body.as_bytes());
    request
}

/// Sends a request and reads the whole answer; its status.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> io::Result<u16> {
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    let end = loop {
        if let Some(at) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let length: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|length| length.trim().parse().ok())
        .unwrap_or(0);
    let mut rest = vec![0; (end + length).saturating_sub(answer.len())];
    stream.read_exact(&mut rest).await?;
    head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).ok_or(io::ErrorKind::InvalidData.into())
}
