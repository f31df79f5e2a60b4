//! Shares of something scarce (connections, bytes of bodies), so that no one client takes all of it.

use crate::config::Cidr;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// How much may be taken at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// By all together.
    pub total: usize,
    /// By one address; of IPv6 by its /64, since that is what one host has.
    pub per_address: usize,
    /// By one IPv6 /48, which is what one customer of a provider has.
    pub per_site: usize,
}

impl Bounds {
    /// A quarter of the total for one address, half of it for one site.
    pub fn of_total(total: usize) -> Self {
        Self { total, per_address: (total / 4).max(1), per_site: (total / 2).max(1) }
    }
}

/// A network that is counted: the upper bits of an address, and how many they are.
type Network = (u128, u8);

#[derive(Debug, Default)]
struct Used {
    total: usize,
    /// Networks that have something, so no more than there are shares.
    networks: HashMap<Network, usize>,
}

/// What is taken, by network.
#[derive(Debug)]
pub(super) struct Shares {
    bounds: Bounds,
    /// Addresses that are bound by the total alone: proxies, and networks that `limits.address.exempt` lists.
    exempt: Vec<Cidr>,
    used: Mutex<Used>,
}

/// What one connection or body has taken. It is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Share {
    shares: Arc<Shares>,
    networks: Vec<(Network, usize)>,
    amount: usize,
}

impl Shares {
    pub fn new(bounds: Bounds, exempt: Vec<Cidr>) -> Arc<Self> {
        Arc::new(Self { bounds, exempt, used: Mutex::default() })
    }

    /// An empty share for an address; [`Share::grow`] takes.
    pub fn begin(self: &Arc<Self>, address: IpAddr) -> Share {
        let exempt = self.exempt.iter().any(|range| range.contains(address));
        let networks = if exempt { Vec::new() } else { self.networks(address) };
        Share { shares: Arc::clone(self), networks, amount: 0 }
    }

    /// How much is taken by all together.
    pub fn taken(&self) -> usize {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).total
    }

    fn networks(&self, address: IpAddr) -> Vec<(Network, usize)> {
        match address.to_canonical() {
            IpAddr::V4(address) => vec![((u128::from(u32::from(address)), 32), self.bounds.per_address)],
            IpAddr::V6(address) => {
                let bits = u128::from(address);
                vec![((bits >> 64, 64), self.bounds.per_address), ((bits >> 80, 48), self.bounds.per_site)]
            }
        }
    }
}

impl Share {
    /// Takes some more. `false`, and nothing is taken, where that is more than a bound allows.
    pub fn grow(&mut self, by: usize) -> bool {
        let mut used = self.shares.used.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |taken: usize, bound: usize| taken.checked_add(by).is_some_and(|sum| sum <= bound);
        let all_fit = fits(used.total, self.shares.bounds.total)
            && self
                .networks
                .iter()
                .all(|(network, bound)| fits(used.networks.get(network).copied().unwrap_or_default(), *bound));
        if all_fit {
            used.total += by;
            for (network, _) in &self.networks {
                *used.networks.entry(*network).or_default() += by;
            }
            self.amount += by;
        }
        all_fit
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut used = self.shares.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.total = used.total.saturating_sub(self.amount);
        for (network, _) in &self.networks {
            let Some(taken) = used.networks.get_mut(network) else { continue };
            *taken = taken.saturating_sub(self.amount);
            if *taken == 0 {
                used.networks.remove(network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn shares(exempt: &str) -> Arc<Shares> {
        let exempt = exempt.split_whitespace().map(|range| range.parse().unwrap()).collect();
        Shares::new(Bounds { total: 10, per_address: 3, per_site: 5 }, exempt)
    }

    fn take(shares: &Arc<Shares>, address: &str, amount: usize) -> Option<Share> {
        let mut share = shares.begin(address.parse().unwrap());
        share.grow(amount).then_some(share)
    }

    #[test]
    fn an_address_and_a_site_have_bounds_and_what_is_dropped_comes_back() {
        let shares = shares("");
        let first = take(&shares, "192.0.2.1", 3).unwrap();
        assert!(take(&shares, "::ffff:192.0.2.1", 1).is_none(), "the same address over an IPv6 socket");
        assert!(take(&shares, "192.0.2.2", 3).is_some());
        drop(first);
        assert!(take(&shares, "192.0.2.1", 3).is_some());
        let one = take(&shares, "2001:db8:1:1::1", 3).unwrap();
        assert!(take(&shares, "2001:db8:1:1::2", 1).is_none(), "one /64");
        assert!(take(&shares, "2001:db8:1:2::1", 3).is_none(), "one /48");
        assert!(take(&shares, "2001:db8:1:2::1", 2).is_some());
        assert!(take(&shares, "2001:db8:2:1::1", 3).is_some());
        drop(one);
        assert!(shares.used.lock().unwrap().networks.is_empty());
    }

    #[test]
    fn exempt_addresses_are_bound_by_the_total() {
        let shares = shares("127.0.0.0/8");
        let mut share = take(&shares, "127.0.0.1", 10).unwrap();
        assert!(!share.grow(1) && take(&shares, "192.0.2.1", 1).is_none());
    }
}
