//! What is left to chance: how likely a stranger guesses a code in a year, with the limits as they are by default. The
//! test below computes this table, with the best way to guess against [`super::Lockout`].
//!
//! | code | one guess is right | most guesses a year at one account | odds a year |
//! |---|---|---|---|
//! | recovery, confirmation, attribute: 6 digits | 1 in 10^6 | 255 | 0.026 % |
//! | first factor: 8 digits | 1 in 10^8 | 35,054 | 0.035 % |
//! | second factor, sent: 6 digits, after the password | 1 in 10^6 | 255 | 0.026 % |
//! | second factor, authenticator: 6 digits, three of them good, after the password | 3 in 10^6 | 255 | 0.077 % |
//! | backup code: 10 characters of 32, ten of them good | 1 in 10^14 | 255 | none |
//!
//! | from | most wrong codes a year | accounts a year, of codes of 6 digits |
//! |---|---|---|
//! | one IPv4 address, one /64, one /56, one /48 | 876,100 | 0.88 |
//! | everywhere, in one pool | 17,522,000 | 17.5 |
//!
//! Where the user signs in with a second factor every day while somebody who knows the password guesses, each sign-in
//! takes back two failures; the guesser gains up to two guesses a day by that.

#[cfg(test)]
mod tests {
    use crate::config::limits::{LimitsConfig, Quota};
    use crate::risk::lockout::{Guessed, Lockout};

    const YEAR: f64 = 365.0 * 86_400.0;

    /// The most guesses in a year: on and on, or so many and then quiet until they are forgotten.
    fn guesses_a_year(guessed: Guessed) -> f64 {
        let lockout = Lockout::new(LimitsConfig::default().lockout);
        let (mut most, mut spent) = (0.0_f64, 0.0);
        for count in 1..=400_000_u32 {
            spent += lockout.lock_after(guessed, count).as_secs_f64();
            if spent > YEAR {
                return most.max(f64::from(count));
            }
            let rounds = YEAR / (spent + lockout.forgotten_after(guessed).as_secs_f64());
            most = most.max(rounds * f64::from(count));
        }
        most
    }

    #[test]
    fn no_code_of_an_account_is_guessed_with_odds_above_a_thousandth_a_year() {
        for (guessed, each, written) in [
            (Guessed::Recovery, 1e-6, 255),
            (Guessed::Confirmation, 1e-6, 255),
            (Guessed::Attribute, 1e-6, 255),
            (Guessed::FirstFactor, 1e-8, 35_054),
            // The authenticator's, which are the likeliest of a second factor.
            (Guessed::SecondFactor, 3e-6, 255),
        ] {
            let guesses = guesses_a_year(guessed);
            assert!(guesses * each < 0.001, "{guessed:?}: {guesses} guesses");
            assert_eq!(guesses.round(), f64::from(written), "{guessed:?}: the table is old");
        }
    }

    #[test]
    fn no_network_guesses_a_code_of_any_account_in_a_year() {
        let limits = LimitsConfig::default();
        let a_year = |quota: Quota| f64::from(quota.count) * (1.0 + YEAR / f64::from(quota.per_seconds));
        assert_eq!(a_year(limits.address.wrong_codes), 876_100.0);
        assert!(a_year(limits.address.wrong_codes) * 1e-6 < 1.0);
        assert_eq!(a_year(limits.pool_wrong_codes), 17_522_000.0);
    }
}
