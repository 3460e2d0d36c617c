//! Two ways to do the same, measured in turn, so that what slows the machine slows both.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Through the library.
    Library,
    /// The SQL written by hand.
    ByHand,
}

impl Way {
    /// Both.
    pub const ALL: [Way; 2] = [Way::Library, Way::ByHand];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Way::Library => "library",
            Way::ByHand => "by hand",
        }
    }
}

/// Measures one way once: what has to be put back is put back first, outside of the time.
pub type Measure<'a> = Box<dyn FnMut(Way) -> Duration + 'a>;

/// The time that the action takes.
pub fn time(action: impl FnOnce()) -> Duration {
    let start = Instant::now();
    action();
    start.elapsed()
}

/// What has been measured of the two ways.
pub struct Pairs<'a> {
    measure: Measure<'a>,
    taken: Vec<(Duration, Duration)>,
    ahead: [VecDeque<Duration>; 2],
}

impl<'a> Pairs<'a> {
    /// Nothing yet.
    pub fn new(measure: Measure<'a>) -> Self {
        Self {
            measure,
            taken: Vec::new(),
            ahead: [VecDeque::new(), VecDeque::new()],
        }
    }

    /// The time of so many runs of one way. Each is measured together with one of the other,
    /// which is kept until it is asked for.
    pub fn take(&mut self, way: Way, runs: u64) -> Duration {
        (0..runs)
            .map(|_| {
                loop {
                    if let Some(time) = self.ahead[way as usize].pop_front() {
                        return time;
                    }
                    self.run();
                }
            })
            .sum()
    }

    fn run(&mut self) {
        let mut times = [Duration::ZERO; 2];
        let mut order = Way::ALL;
        if self.taken.len() % 2 == 1 {
            order.reverse();
        }
        for way in order {
            times[way as usize] = (self.measure)(way);
            self.ahead[way as usize].push_back(times[way as usize]);
        }
        self.taken.push((times[0], times[1]));
    }

    /// The median time of each, and their ratio: the median of those of the pairs.
    pub fn summary(&self) -> Option<Summary> {
        let pairs = self.taken.get(1..).filter(|pairs| !pairs.is_empty())?; // the first warms up
        let seconds = |time: &Duration| time.as_secs_f64();
        let library = median(pairs.iter().map(|(library, _)| seconds(library)));
        let by_hand = median(pairs.iter().map(|(_, by_hand)| seconds(by_hand)));
        let of_pairs = pairs.iter().map(|(a, b)| seconds(a) / seconds(b));
        Some(Summary {
            library,
            by_hand,
            ratio: median(of_pairs),
            pairs: pairs.len(),
        })
    }
}

/// In seconds.
#[derive(Debug, Clone, Copy)]
pub struct Summary {
    pub library: f64,
    pub by_hand: f64,
    pub ratio: f64,
    pub pairs: usize,
}

/// Their median.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}
