//! Which steps a task went through and how long each took.

use std::fmt;
use std::time::{Duration, Instant};

use crate::error::Error;

/// The steps so far, in order.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<(&'static str, Outcome)>,
}

enum Outcome {
    Passed(Duration),
    Failed(Duration),
    Skipped(&'static str),
}

impl Report {
    /// Runs one step and notes its outcome, which is handed back.
    pub(crate) fn step(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<(), Error>,
    ) -> Result<(), Error> {
        println!("\n== {name}");
        let started = Instant::now();
        let result = work();
        let outcome = if result.is_ok() {
            Outcome::Passed
        } else {
            Outcome::Failed
        }(started.elapsed());
        self.steps.push((name, outcome));
        result
    }

    /// Notes that a step was left out, and why.
    pub(crate) fn skip(&mut self, name: &'static str, reason: &'static str) {
        self.steps.push((name, Outcome::Skipped(reason)));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "\n== summary")?;
        for (name, outcome) in &self.steps {
            let (word, detail) = match outcome {
                Outcome::Passed(time) => ("passed", format!("{:>7.1} s", time.as_secs_f64())),
                Outcome::Failed(time) => ("FAILED", format!("{:>7.1} s", time.as_secs_f64())),
                Outcome::Skipped(reason) => ("skipped", (*reason).to_owned()),
            };
            writeln!(formatter, "{name:<22} {word:<8} {detail}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn the_summary_names_every_step_with_its_outcome() {
        let mut report = Report::default();
        report.step("first", || Ok(())).unwrap();
        report.skip("second", "its tool is not installed");
        report
            .step("third", || {
                Err(Error::Usage {
                    given: "x".to_owned(),
                })
            })
            .unwrap_err();
        let summary = report.to_string();
        let lines: Vec<_> = summary
            .lines()
            .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>())
            .collect();
        assert!(lines.contains(&vec!["first", "passed"]), "{summary}");
        assert!(lines.contains(&vec!["second", "skipped"]), "{summary}");
        assert!(lines.contains(&vec!["third", "FAILED"]), "{summary}");
    }
}
