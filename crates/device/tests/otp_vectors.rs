//! Every published vector of RFC 4226 and RFC 6238, and the edges around them, against an implementation that is not
//! ours.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use lockstep_device::otp::params::{Algorithm, Digits, OtpParams, Period};
use lockstep_device::otp::totp::{code_at, step_at};
use lockstep_device::otp::{TimeStep, code_at_step};
use lockstep_device::seed::Seed;
use lockstep_device::time::UnixTime;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    source: String,
    #[serde(rename = "type")]
    kind: String,
    secret_hex: String,
    algorithm: Algorithm,
    digits: u8,
    period: Option<u32>,
    time: Option<u64>,
    counter: u64,
    expected: String,
}

impl Vector {
    fn params(&self) -> OtpParams {
        let algorithm = self.algorithm;
        match self.kind.as_str() {
            "totp" => OtpParams::Totp {
                algorithm,
                digits: Digits::try_from(self.digits).unwrap(),
                period: Period::try_from(self.period.unwrap()).unwrap(),
            },
            "hotp" => OtpParams::Hotp {
                algorithm,
                digits: Digits::try_from(self.digits).unwrap(),
                counter: self.counter,
            },
            "steam" => OtpParams::Steam,
            other => panic!("no kind of code is called {other}"),
        }
    }

    fn seed(&self) -> Seed {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(self.secret_hex.as_bytes());
        Seed::from_bytes(bytes.unwrap()).unwrap()
    }

    /// What is wrong with our code for it; nothing when it is right.
    fn difference(&self) -> Option<String> {
        let (params, seed) = (self.params(), self.seed());
        let mut codes = vec![code_at_step(&params, &seed, TimeStep(self.counter))];
        if let Some(time) = self.time {
            let time = UnixTime::from_seconds(time);
            assert_eq!(step_at(params.period().unwrap(), time), TimeStep(self.counter));
            codes.push(code_at(&params, &seed, time).unwrap().code);
        }
        let wrong = codes.iter().find(|code| code.as_str() != self.expected)?;
        Some(format!(
            "{} at {}: {} instead of {}",
            self.source,
            self.counter,
            wrong.as_str(),
            self.expected
        ))
    }
}

#[test]
fn every_vector_gives_its_code() {
    let text = include_str!("../../../tests/fixtures/otp/vectors.json");
    let vectors: Vectors = serde_json::from_str(text).unwrap();
    assert!(vectors.vectors.len() > 50, "the file of vectors is not whole");
    let wrong: Vec<String> = vectors.vectors.iter().filter_map(Vector::difference).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

proptest! {
    #[test]
    fn every_seed_and_moment_has_a_code_of_the_right_length(
        bytes in prop::collection::vec(any::<u8>(), 1..300),
        digits in 5_u8..=10,
        period in 1_u32..=86_400,
        time in any::<u64>(),
    ) {
        let seed = Seed::from_bytes(bytes).unwrap();
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
            let params = OtpParams::Totp {
                algorithm,
                digits: Digits::try_from(digits).unwrap(),
                period: Period::try_from(period).unwrap(),
            };
            let now = code_at(&params, &seed, UnixTime::from_seconds(time)).unwrap();
            for code in [&now.code, &now.next] {
                prop_assert_eq!(code.as_str().len(), usize::from(digits));
                prop_assert!(code.as_str().bytes().all(|byte| byte.is_ascii_digit()));
            }
            prop_assert!((1..=period).contains(&now.remaining));
        }
    }
}
