//! The ids of decoys. In pools where an address is the sign-in name, a user answers to that address and to their `sub`.
//! A decoy must do the same: whoever asks for `ann@example.com`, is told an id, and asks for that id, must meet the
//! same decoy. So what answers show of the address is inside the id, encrypted.
//!
//! | bytes of the UUID | what |
//! |---|---|
//! | 0 to 6, 8 | a keyed hash of the name; with the version and variant of a random UUID |
//! | 7, 9 to 13 | [`Shown`], encrypted under that hash |
//! | 14, 15 | a keyed hash of all of these, which tells ids of this making from others |
//!
//! Without the key it is a random UUID, as every `sub` is.

use crate::keys::seal::{Purpose, Sealer};
use crate::model::Contact;

/// What a mask shows of an address: 6 bytes inside an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// The name is no address.
    Nothing,
    /// The first characters of a mail address and of its domain.
    Email(char, char),
    /// How many digits of a phone number are hidden, and the last four, if the number is long enough to show them.
    Phone(u8, Option<[u8; 4]>),
}

const PHONE: u8 = 0x80;
const NOTHING: u8 = 0xff;

impl Shown {
    /// What the mask of an address shows. The text must be an address of the kind.
    pub fn of(contact: Contact, address: &str) -> Self {
        let shown = match contact {
            Contact::Email => address
                .rsplit_once('@')
                .and_then(|(local, domain)| Some(Self::Email(local.chars().next()?, domain.chars().next()?))),
            Contact::Phone => {
                let digits: Vec<u8> = address.bytes().filter(u8::is_ascii_digit).collect();
                let tail = if digits.len() >= 8 { digits.last_chunk::<4>().copied() } else { None };
                let hidden = digits.len().saturating_sub(tail.map_or(0, |tail| tail.len())).min(16);
                u8::try_from(hidden).ok().map(|hidden| Self::Phone(hidden, tail))
            }
        };
        shown.unwrap_or(Self::Nothing)
    }

    /// The address as its mask shows it; nothing for an address of another kind.
    pub fn mask(self, contact: Contact) -> Option<String> {
        match (self, contact) {
            (Self::Email(local, domain), Contact::Email) => Some(format!("{local}***@{domain}***")),
            (Self::Phone(hidden, tail), Contact::Phone) => {
                let tail: String = tail.iter().flatten().copied().map(char::from).collect();
                Some(format!("+{}{tail}", "*".repeat(usize::from(hidden.max(1)))))
            }
            _ => None,
        }
    }

    fn bytes(self) -> [u8; 6] {
        match self {
            Self::Nothing => [NOTHING; 6],
            Self::Email(local, domain) => {
                let [_, a, b, c] = u32::from(local).to_be_bytes();
                let [_, d, e, f] = u32::from(domain).to_be_bytes();
                [a, b, c, d, e, f]
            }
            Self::Phone(hidden, tail) => {
                let [a, b, c, d] = tail.unwrap_or_default();
                [PHONE, hidden, a, b, c, d]
            }
        }
    }

    fn from_bytes(bytes: [u8; 6]) -> Option<Self> {
        let [a, b, c, d, e, f] = bytes;
        match a {
            NOTHING => Some(Self::Nothing),
            PHONE => Some(Self::Phone(b.min(16), (c != 0).then_some([c, d, e, f]))),
            _ => Some(Self::Email(
                char::from_u32(u32::from_be_bytes([0, a, b, c]))?,
                char::from_u32(u32::from_be_bytes([0, d, e, f]))?,
            )),
        }
    }
}

/// Makes and reads the ids of one pool's decoys.
pub(super) struct PretendedIds<'a> {
    pub sealer: &'a Sealer,
    pub pool_id: &'a str,
}

/// The parts of an id.
struct Parts {
    hash: [u8; 8],
    shown: [u8; 6],
    check: [u8; 2],
}

impl Parts {
    fn of(uuid: [u8; 16]) -> Self {
        let [a, b, c, d, e, f, g, s0, h, s1, s2, s3, s4, s5, check0, check1] = uuid;
        Self { hash: [a, b, c, d, e, f, g, h], shown: [s0, s1, s2, s3, s4, s5], check: [check0, check1] }
    }

    fn uuid(&self) -> uuid::Uuid {
        let ([a, b, c, d, e, f, g, h], [s0, s1, s2, s3, s4, s5], [c0, c1]) = (self.hash, self.shown, self.check);
        uuid::Uuid::from_bytes([a, b, c, d, e, f, g, s0, h, s1, s2, s3, s4, s5, c0, c1])
    }
}

impl PretendedIds<'_> {
    fn mac(&self, what: &[u8], of: &[u8]) -> [u8; 32] {
        self.sealer.mac(Purpose::DecoyVerifier, &[self.pool_id.as_bytes(), what, of])
    }

    fn turned(&self, hash: [u8; 8], shown: [u8; 6]) -> [u8; 6] {
        let key = self.mac(b"shown", &hash);
        let mut turned = shown;
        turned.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        turned
    }

    fn check(&self, hash: [u8; 8], shown: [u8; 6]) -> [u8; 2] {
        let mac = self.mac(b"check", &[hash.as_slice(), shown.as_slice()].concat());
        mac.first_chunk::<2>().copied().unwrap_or_default()
    }

    /// The id for a name.
    pub fn make(&self, name: &str, shown: Shown) -> String {
        let random = self.mac(b"user", name.as_bytes()).first_chunk::<16>().copied().unwrap_or_default();
        let hash = Parts::of(uuid::Builder::from_random_bytes(random).into_uuid().into_bytes()).hash;
        let shown = self.turned(hash, shown.bytes());
        Parts { hash, shown, check: self.check(hash, shown) }.uuid().to_string()
    }

    /// What is inside an id; nothing where the id was not made here.
    pub fn read(&self, id: uuid::Uuid) -> Option<Shown> {
        let Parts { hash, shown, check } = Parts::of(id.into_bytes());
        if self.check(hash, shown) != check {
            return None;
        }
        Shown::from_bytes(self.turned(hash, shown))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::delivery::Medium;
    use crate::keys::seal::test_sealer;

    #[test]
    fn an_id_is_a_random_uuid_that_keeps_what_the_mask_shows() {
        let sealer = test_sealer(3);
        let ids = PretendedIds { sealer: &sealer, pool_id: "p" };
        let elsewhere = PretendedIds { sealer: &sealer, pool_id: "q" };
        let addresses = [
            (Contact::Email, Medium::Email, "ann@example.com"),
            (Contact::Email, Medium::Email, "ö@\u{10FFFF}.de"),
            (Contact::Phone, Medium::Sms, "+15550100199"),
            (Contact::Phone, Medium::Sms, "+1234567"),
        ];
        for (contact, medium, address) in addresses {
            let shown = Shown::of(contact, address);
            let id = uuid::Uuid::parse_str(&ids.make(address, shown)).unwrap();
            assert_eq!((id.get_version_num(), id.get_variant()), (4, uuid::Variant::RFC4122));
            let read = ids.read(id).unwrap();
            assert_eq!(read.mask(contact), Some(medium.mask(address)), "{address}");
            assert_eq!(elsewhere.read(id).and_then(|read| read.mask(contact)), None);
        }
        let nothing = uuid::Uuid::parse_str(&ids.make("bob", Shown::Nothing)).unwrap();
        assert_eq!(ids.read(nothing), Some(Shown::Nothing));
    }

    #[test]
    fn ids_of_users_are_not_taken_for_decoys() {
        let sealer = test_sealer(3);
        let ids = PretendedIds { sealer: &sealer, pool_id: "p" };
        let taken = (0..2_000).filter(|_| ids.read(crate::rng::uuid().unwrap().parse().unwrap()).is_some()).count();
        assert!(taken <= 3, "{taken} of 2000");
    }
}
