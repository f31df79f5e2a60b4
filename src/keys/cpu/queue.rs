//! A queue that is fair between lanes: each lane gets the same share of the cores, whatever the number of its jobs.
//!
//! Start-time fair queueing: every lane has a virtual time that grows by what its jobs cost; the lane with the least
//! goes first. A lane that was empty starts at the virtual time of the lane served last, so being idle earns nothing.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;

/// Whose work it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane(u128);

impl Lane {
    /// The server itself: work in the background, and calls that nothing is known of.
    pub const SERVER: Self = Self(1 << 127);
    /// Calls with a verified signature: back ends that speak for many users.
    pub const SIGNED: Self = Self((1 << 127) | 1);

    /// Calls from an address without a signature. All of an IPv6 /48 is one lane: that is what one site gets, and
    /// whoever has it can use 65,536 networks of /64 at once.
    pub fn of_address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(u128::from(u32::from(address))),
            // The upper 48 bits, shifted down, so that no address collides with the two lanes above.
            IpAddr::V6(address) => Self((u128::from(address) >> 80) | (1 << 64)),
        }
    }

    /// How much more of the cores this lane gets than an address does.
    fn weight(self) -> u64 {
        if self == Self::SIGNED || self == Self::SERVER { 4 } else { 1 }
    }

    /// Which share of the places in the queue this lane may take, as a divisor.
    fn places(self) -> usize {
        if self == Self::SIGNED || self == Self::SERVER { 1 } else { 4 }
    }
}

/// Jobs that wait, by lane.
pub(super) struct FairQueue<T> {
    lanes: HashMap<Lane, Waiting<T>>,
    /// The lanes that have jobs, by virtual time.
    order: BTreeMap<(u64, Lane), ()>,
    /// The virtual time of the lane served last.
    now: u64,
    waiting: usize,
    /// What a job is taken to cost before it has run (microseconds): the running mean.
    estimate: u64,
}

struct Waiting<T> {
    jobs: VecDeque<T>,
    time: u64,
}

/// A job taken from the queue.
pub(super) struct Taken<T> {
    pub job: T,
    pub lane: Lane,
    /// What the lane was charged before the job ran (microseconds, by its weight).
    pub charged: u64,
}

impl<T> Default for FairQueue<T> {
    fn default() -> Self {
        Self { lanes: HashMap::new(), order: BTreeMap::new(), now: 0, waiting: 0, estimate: 500 }
    }
}

impl<T> FairQueue<T> {
    /// How many jobs wait.
    pub fn len(&self) -> usize {
        self.waiting
    }

    /// Adds a job; `false` if `max` wait already, or a quarter of that for one address. The lanes of the server and
    /// of signed calls may wait beyond what addresses fill.
    pub fn push(&mut self, lane: Lane, job: T, max: usize) -> bool {
        let of_lane = self.lanes.get(&lane).map_or(0, |waiting| waiting.jobs.len());
        if of_lane >= max.div_ceil(lane.places()) {
            return false;
        }
        // Several addresses together may have filled the queue: then the one with the most jobs makes room.
        if lane.places() > 1 && self.waiting >= max && !self.drop_from_longest(of_lane + 1) {
            return false;
        }
        let now = self.now;
        let waiting = self.lanes.entry(lane).or_insert_with(|| Waiting { jobs: VecDeque::new(), time: now });
        if waiting.jobs.is_empty() {
            self.order.insert((waiting.time, lane), ());
        }
        waiting.jobs.push_back(job);
        self.waiting += 1;
        true
    }

    /// Drops the newest job of the address with the most jobs, if it has more than `least`.
    fn drop_from_longest(&mut self, least: usize) -> bool {
        let least = least.max(1);
        let addresses = self.lanes.iter_mut().filter(|(lane, _)| lane.places() > 1);
        let Some((_, longest)) = addresses.max_by_key(|(_, waiting)| waiting.jobs.len()) else { return false };
        if longest.jobs.len() <= least {
            return false;
        }
        // It has others left, so the lane stays in the order.
        longest.jobs.pop_back();
        self.waiting -= 1;
        true
    }

    /// The next job, of the lane that has had least.
    pub fn take(&mut self) -> Option<Taken<T>> {
        let ((time, lane), ()) = self.order.pop_first()?;
        let charged = self.estimate / lane.weight();
        let waiting = self.lanes.get_mut(&lane)?;
        let job = waiting.jobs.pop_front()?;
        self.now = self.now.max(time);
        self.waiting -= 1;
        waiting.time = time + charged;
        if waiting.jobs.is_empty() {
            self.lanes.remove(&lane);
        } else {
            self.order.insert((waiting.time, lane), ());
        }
        Some(Taken { job, lane, charged })
    }

    /// Charges a lane what its job really cost.
    pub fn settle(&mut self, lane: Lane, charged: u64, micros: u64) {
        self.estimate = (self.estimate * 15 + micros.clamp(1, 1_000_000)) / 16;
        let more = (micros / lane.weight()).saturating_sub(charged);
        let Some(waiting) = self.lanes.get_mut(&lane).filter(|_| more > 0) else { return };
        self.order.remove(&(waiting.time, lane));
        waiting.time += more;
        self.order.insert((waiting.time, lane), ());
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn address(last: u8) -> Lane {
        Lane::of_address(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn a_lane_with_a_thousand_jobs_lets_a_new_one_in_next() {
        let mut queue = FairQueue::default();
        for _ in 0..1000 {
            assert!(queue.push(address(1), 1, 10_000));
        }
        for _ in 0..100 {
            queue.take().unwrap();
        }
        assert!(queue.push(address(2), 2, 10_000));
        let taken: Vec<i32> = (0..2).map(|_| queue.take().unwrap().job).collect();
        assert!(taken.contains(&2), "{taken:?}");
        assert_eq!(queue.len(), 899);
    }

    #[test]
    fn two_busy_lanes_share_by_cost_and_a_signed_one_gets_more() {
        let mut queue = FairQueue::default();
        for _ in 0..400 {
            assert!(queue.push(address(1), 1, 10_000));
            assert!(queue.push(address(2), 2, 10_000));
            assert!(queue.push(Lane::SIGNED, 3, 10_000));
        }
        let mut micros = [0; 3];
        for _ in 0..300 {
            let taken = queue.take().unwrap();
            let cost = [2000, 500, 500][usize::try_from(taken.job - 1).unwrap()];
            micros[usize::try_from(taken.job - 1).unwrap()] += cost;
            queue.settle(taken.lane, taken.charged, cost);
        }
        let [dear, cheap, signed] = micros;
        assert!(dear < cheap * 2 && cheap < dear * 2, "{micros:?}");
        assert!(signed > cheap * 2, "{micros:?}");
    }

    #[test]
    fn one_address_has_a_quarter_of_the_places_and_signed_calls_have_their_own() {
        let mut queue = FairQueue::default();
        let fill = |queue: &mut FairQueue<i32>, lane| (0..100).filter(|_| queue.push(lane, 0, 40)).count();
        assert_eq!(fill(&mut queue, address(1)), 10);
        for other in 2..9 {
            fill(&mut queue, address(other));
        }
        assert_eq!(queue.len(), 40);
        assert_eq!(fill(&mut queue, Lane::SIGNED), 40);
    }

    #[test]
    fn addresses_that_filled_the_queue_together_make_room_for_a_new_one() {
        let mut queue = FairQueue::default();
        for n in 0..40 {
            assert!(queue.push(address(n % 4), 0, 40));
        }
        assert!((0..8).all(|_| queue.push(address(9), 9, 40)));
        assert!(!queue.push(address(9), 9, 40), "no more than the others have");
        assert_eq!(queue.len(), 40);
        let taken: Vec<i32> = std::iter::from_fn(|| queue.take()).map(|taken| taken.job).collect();
        assert_eq!((taken.len(), taken.iter().filter(|job| **job == 9).count()), (40, 8));
    }

    #[test]
    fn an_address_is_a_lane_and_a_prefix_of_48_bits_is_one() {
        let lane = |text: &str| Lane::of_address(text.parse().unwrap());
        assert_eq!(lane("2001:db8::1"), lane("2001:db8::ffff:1"));
        assert_eq!(lane("2001:db8::1"), lane("2001:db8:0:1::1"));
        assert_ne!(lane("2001:db8::1"), lane("2001:db8:1::1"));
        assert_eq!(lane("::ffff:192.0.2.1"), address(1));
        assert_ne!(lane("ffff:ffff:ffff:ffff::"), Lane::SERVER);
    }
}
