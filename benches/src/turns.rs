//! Several ways to do the same, measured in turn, so that what slows the machine slows all.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Measures one way once: what has to be put back is put back first, outside of the time.
pub type Measure<'a> = Box<dyn FnMut(usize) -> Duration + 'a>;

/// The time that the action takes.
pub fn time(action: impl FnOnce()) -> Duration {
    let start = Instant::now();
    action();
    start.elapsed()
}

/// What has been measured of several ways: a round has a time of each.
#[derive(Default)]
pub struct Rounds(Vec<Vec<Duration>>);

impl Rounds {
    /// A further round.
    pub fn push(&mut self, times: Vec<Duration>) {
        self.0.push(times);
    }

    /// The ways in the order in which the next round takes them: each is first, second, last as
    /// often, and after each of the others.
    pub fn order(&self, ways: usize) -> impl Iterator<Item = usize> + use<> {
        let round = self.0.len();
        (0..ways).map(move |turn| {
            let turn = (turn + round) % ways;
            match (round / ways) % 2 == 0 {
                true => turn,
                false => ways - 1 - turn,
            }
        })
    }

    /// The rounds that count: the first warms up.
    fn measured(&self) -> &[Vec<Duration>] {
        self.0.get(1..).unwrap_or_default()
    }

    /// How many rounds count.
    pub fn count(&self) -> usize {
        self.measured().len()
    }

    /// The median time of a way, in seconds.
    pub fn seconds(&self, way: usize) -> f64 {
        median(self.measured().iter().map(|times| times[way].as_secs_f64()))
    }

    /// The median of the ratios of two ways, round by round.
    pub fn ratio(&self, way: usize, to: usize) -> f64 {
        let rounds = self.measured().iter();
        median(rounds.map(|times| times[way].as_secs_f64() / times[to].as_secs_f64()))
    }
}

/// Ways that are measured when they are asked for.
pub struct Turns<'a> {
    measure: Measure<'a>,
    rounds: Rounds,
    ahead: Vec<VecDeque<Duration>>,
}

impl<'a> Turns<'a> {
    /// Nothing yet, of so many ways.
    pub fn new(ways: usize, measure: Measure<'a>) -> Self {
        Self {
            measure,
            rounds: Rounds::default(),
            ahead: vec![VecDeque::new(); ways],
        }
    }

    /// The time of so many runs of one way. Each is measured together with one of the others,
    /// which are kept until they are asked for.
    pub fn take(&mut self, way: usize, runs: u64) -> Duration {
        (0..runs)
            .map(|_| {
                loop {
                    if let Some(time) = self.ahead[way].pop_front() {
                        return time;
                    }
                    self.run();
                }
            })
            .sum()
    }

    /// A further round.
    pub fn run(&mut self) {
        let ways = self.ahead.len();
        let mut times = vec![Duration::ZERO; ways];
        for way in self.rounds.order(ways) {
            times[way] = (self.measure)(way);
            self.ahead[way].push_back(times[way]);
        }
        self.rounds.push(times);
    }

    /// How many rounds count.
    pub fn count(&self) -> usize {
        self.rounds.count()
    }

    /// The median time of a way, in seconds.
    pub fn seconds(&self, way: usize) -> f64 {
        self.rounds.seconds(way)
    }

    /// The median of the ratios of two ways, round by round.
    pub fn ratio(&self, way: usize, to: usize) -> f64 {
        self.rounds.ratio(way, to)
    }
}

/// Their median.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    if values.is_empty() {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}
