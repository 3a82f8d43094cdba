//! Random bytes from the operating system.

use lockstep_device::account::NoRandomness;
use ring::rand::{SecureRandom, SystemRandom};

/// So many of them.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}
