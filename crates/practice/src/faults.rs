//! Faults on demand: refusals, lost answers, slowness, and rates that are limited.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// 400 `Throttling`, before anything is done.
    Throttling,
    /// 500 `ServiceFailure`, before anything is done.
    ServiceFailure,
    /// 409 `ConcurrentModification`, before anything is done.
    ConcurrentModification,
    /// 409 `EntityTemporarilyUnmodifiable`, before anything is done.
    EntityTemporarilyUnmodifiable,
    /// Any other refusal, before anything is done.
    Refused(Refusal),
    /// It is done, and then the connection ends without an answer.
    LostAnswer,
    /// The connection ends before anything is done.
    Reset,
    /// It is done, and the answer comes this many milliseconds later.
    Slow {
        /// The delay.
        milliseconds: u64,
    },
}

/// A fault that is planned: for which calls, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The operation it meets, such as `EnableMFADevice`; nothing for every one.
    #[serde(default)]
    pub operation: Option<String>,
    /// What goes wrong.
    pub kind: FaultKind,
    /// So many calls of that operation pass first.
    #[serde(default)]
    pub skip: u32,
    /// And then so many are met.
    #[serde(default = "once")]
    pub times: u32,
}

/// What becomes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is refused.
    Refused(Refusal),
    /// The connection ends without an answer, and nothing is done.
    Reset,
    /// It is done; then the connection ends without an answer.
    LostAnswer,
    /// It is done, and answered after this delay.
    Slow(Duration),
}

/// How many calls an operation takes: a bucket of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Tokens that come back in a second.
    pub per_second: f64,
    /// Tokens of a full bucket.
    pub burst: f64,
}

/// The faults and rates that are planned.
#[derive(Default)]
pub struct Faults {
    planned: Vec<Fault>,
    rates: HashMap<Option<String>, Rate>,
    buckets: HashMap<String, Bucket>,
}

struct Bucket {
    tokens: f64,
    filled: Duration,
}

impl Fault {
    /// A fault of the next call of one operation.
    pub fn on(operation: &str, kind: FaultKind) -> Self {
        Self {
            operation: Some(operation.to_owned()),
            ..Self::any(kind)
        }
    }

    /// A fault of the next call, whichever it is.
    pub fn any(kind: FaultKind) -> Self {
        Self {
            operation: None,
            kind,
            skip: 0,
            times: 1,
        }
    }

    /// Lets so many calls pass first.
    #[must_use]
    pub fn skip(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// Meets so many calls.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }
}

impl Faults {
    /// Plans a fault. Faults of the same call are met in the order they were planned in.
    pub fn plan(&mut self, fault: Fault) {
        self.planned.push(fault);
    }

    /// Limits the rate of an operation, or of each operation that has none of its own.
    pub fn limit(&mut self, operation: Option<&str>, rate: Option<Rate>) {
        let operation = operation.map(str::to_owned);
        match rate {
            Some(rate) => self.rates.insert(operation, rate),
            None => self.rates.remove(&operation),
        };
        self.buckets.clear();
    }

    /// Forgets every fault and every rate.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The faults still to come.
    pub fn planned(&self) -> &[Fault] {
        &self.planned
    }

    /// What becomes of this call; `running` is how long the server has been.
    pub fn meet(&mut self, operation: &str, running: Duration) -> Option<Fate> {
        let concerns = |fault: &&mut Fault| fault.operation.as_deref().is_none_or(|of| of == operation);
        let mut met = None;
        for fault in self.planned.iter_mut().filter(concerns) {
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if met.is_none() && fault.times > 0 {
                fault.times -= 1;
                met = Some(fault.kind.fate());
            }
        }
        self.planned.retain(|fault| fault.times > 0);
        met.or_else(|| (!self.take_token(operation, running)).then(|| Fate::Refused(throttling())))
    }

    fn take_token(&mut self, operation: &str, running: Duration) -> bool {
        let own = self.rates.get(&Some(operation.to_owned()));
        let Some(rate) = own.or_else(|| self.rates.get(&None)) else {
            return true;
        };
        let bucket = self.buckets.entry(operation.to_owned()).or_insert(Bucket {
            tokens: rate.burst,
            filled: running,
        });
        let elapsed = running.saturating_sub(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + elapsed * rate.per_second).min(rate.burst);
        bucket.filled = running;
        let has_token = bucket.tokens >= 1.0;
        if has_token {
            bucket.tokens -= 1.0;
        }
        has_token
    }
}

impl FaultKind {
    fn fate(&self) -> Fate {
        match self {
            Self::Throttling => Fate::Refused(throttling()),
            Self::ServiceFailure => Fate::Refused(Refusal::new(
                "ServiceFailure",
                500,
                "The request processing has failed because of an unknown error, exception or failure.",
            )),
            Self::ConcurrentModification => Fate::Refused(Refusal::new(
                "ConcurrentModification",
                409,
                "Multiple requests to change this object were submitted simultaneously. Please try again.",
            )),
            Self::EntityTemporarilyUnmodifiable => Fate::Refused(Refusal::new(
                "EntityTemporarilyUnmodifiable",
                409,
                "The entity is temporarily unmodifiable. Please try again later.",
            )),
            Self::Refused(refusal) => Fate::Refused(refusal.clone()),
            Self::LostAnswer => Fate::LostAnswer,
            Self::Reset => Fate::Reset,
            Self::Slow { milliseconds } => Fate::Slow(Duration::from_millis(*milliseconds)),
        }
    }
}

fn throttling() -> Refusal {
    Refusal::new("Throttling", 400, "Rate exceeded")
}

fn once() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(faults: &mut Faults, operations: &[&str]) -> Vec<bool> {
        let met = |operation: &&str| faults.meet(operation, Duration::ZERO).is_some();
        operations.iter().map(met).collect()
    }

    #[test]
    fn a_fault_lets_some_calls_pass_and_then_meets_some() {
        let mut faults = Faults::default();
        faults.plan(Fault::on("TagUser", FaultKind::Throttling).skip(1).times(2));
        let calls = ["TagUser", "GetUser", "TagUser", "TagUser", "TagUser"];
        assert_eq!(fates(&mut faults, &calls), [false, false, true, true, false]);
        assert!(faults.planned().is_empty());
    }

    #[test]
    fn faults_of_one_call_are_met_one_after_the_other() {
        let mut faults = Faults::default();
        faults.plan(Fault::any(FaultKind::Reset));
        faults.plan(Fault::any(FaultKind::LostAnswer));
        assert_eq!(faults.meet("GetUser", Duration::ZERO), Some(Fate::Reset));
        assert_eq!(faults.meet("GetUser", Duration::ZERO), Some(Fate::LostAnswer));
        assert_eq!(faults.meet("GetUser", Duration::ZERO), None);
    }

    #[test]
    fn a_bucket_is_filled_by_time() {
        let mut faults = Faults::default();
        let rate = Rate {
            per_second: 2.0,
            burst: 2.0,
        };
        faults.limit(None, Some(rate));
        assert_eq!(
            fates(&mut faults, &["A", "A", "A", "B"]),
            [false, false, true, false]
        );
        assert_eq!(faults.meet("A", Duration::from_millis(500)), None);
        assert!(faults.meet("A", Duration::from_millis(600)).is_some());
    }
}
