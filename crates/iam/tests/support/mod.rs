//! A practice account and somebody who works with it: a vault in a scratch folder, and a clock that both of them go by and
//! that waiting turns.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its part, and a test may fail loudly"
)]

pub(crate) mod fleet;

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::otp::params::Period;
use lockstep_device::otp::totp::step_at;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::Faults;
use lockstep_device::time::{Clock, TimeError, UnixTime};
use lockstep_iam::connection::{ANSWER_TIMEOUT, Connection, ConnectionOptions, Source};
use lockstep_iam::enrol::run::{acknowledge, enrol};
use lockstep_iam::enrol::{EnrolRequest, Enrolled};
use lockstep_iam::error::Error;
use lockstep_iam::journal;
use lockstep_iam::keys::KeyPair;
use lockstep_iam::name::UserName;
use lockstep_iam::work::{Held, Pace, Progress, Work};
use lockstep_practice::server::{Options, Practice};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// 20 seconds into a step, in 2026.
pub(crate) const BEGIN: u64 = 1_795_000_010;

/// A clock that stands until it is turned, and a difference from it.
#[derive(Clone)]
pub(crate) struct Hands {
    seconds: Arc<AtomicU64>,
    ahead: i64,
}

impl Hands {
    pub(crate) fn new() -> Self {
        Self {
            seconds: Arc::new(AtomicU64::new(BEGIN)),
            ahead: 0,
        }
    }

    /// The same clock, as somebody sees it whose own is so many seconds ahead.
    pub(crate) fn ahead(&self, seconds: i64) -> Self {
        Self {
            seconds: self.seconds.clone(),
            ahead: seconds,
        }
    }

    pub(crate) fn turn(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Result<UnixTime, TimeError> {
        let seconds = self.seconds.load(Ordering::SeqCst);
        Ok(UnixTime::from_seconds(seconds.saturating_add_signed(self.ahead)))
    }
}

impl Pace for Hands {
    fn wait(&self, time: Duration) {
        self.turn(time.as_secs());
    }
}

/// A practice account and the clock that it goes by.
pub(crate) struct World {
    pub(crate) practice: Practice,
    pub(crate) hands: Hands,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let hands = Hands::new();
        let mut options = Options {
            clock: Arc::new(hands.clone()),
            alias: Some("halden-prod".to_owned()),
            ..Options::default()
        };
        change(&mut options);
        Self {
            practice: Practice::start(options).unwrap(),
            hands,
        }
    }

    pub(crate) fn keys(&self, user: &str) -> KeyPair {
        let keys = self.practice.with(|account| account.keys_of(user));
        KeyPair::new(
            &keys.access_key_id,
            &Zeroizing::new(keys.secret_access_key.clone()),
        )
        .unwrap()
    }

    /// Serial numbers of the virtual devices that are there, with whose they are.
    pub(crate) fn devices(&self) -> Vec<(String, Option<String>)> {
        self.practice.with(|account| {
            account
                .devices()
                .filter(|device| device.serial.contains(":mfa/"))
                .map(|device| {
                    let owner = device.assigned.as_ref();
                    (
                        device.serial.clone(),
                        owner.map(|assignment| assignment.user.clone()),
                    )
                })
                .collect()
        })
    }
}

/// Somebody at a machine.
pub(crate) struct Person<'a> {
    pub(crate) world: &'a World,
    pub(crate) user: &'static str,
    pub(crate) hands: Hands,
    pub(crate) faults: Faults,
    pub(crate) answer_timeout: Duration,
    folder: TempDir,
    authenticator: RefCell<Option<Authenticator>>,
    pub(crate) said: RefCell<Vec<Progress>>,
}

impl<'a> Person<'a> {
    /// A user of the practice account with an empty vault.
    pub(crate) fn new(world: &'a World, user: &'static str) -> Self {
        Self::ahead(world, user, 0)
    }

    /// One whose clock is so many seconds ahead.
    pub(crate) fn ahead(world: &'a World, user: &'static str, seconds: i64) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            TempDir::new_in(memory)
        } else {
            TempDir::new()
        };
        let person = Self {
            world,
            user,
            hands: world.hands.ahead(seconds),
            faults: Faults::none(),
            answer_timeout: ANSWER_TIMEOUT,
            folder: folder.unwrap(),
            authenticator: RefCell::new(None),
            said: RefCell::default(),
        };
        let access = Access::NewVault(&passphrase(), WorkFactor::try_from(1).unwrap());
        let opened = Authenticator::open(person.home(Faults::none()), access).unwrap();
        person.authenticator.replace(Some(opened));
        person
    }

    fn home(&self, faults: Faults) -> Home {
        Home {
            folder: self.folder.path().join("lockstep"),
            clock: Arc::new(self.hands.clone()),
            faults,
        }
    }

    /// From now on every step of a write and of a deed may fail as planned. Opens the accounts anew.
    pub(crate) fn plan(&mut self, faults: Faults) {
        self.authenticator.replace(None);
        let access = passphrase();
        let opened = Authenticator::open(self.home(faults.clone()), Access::Vault(&access)).unwrap();
        self.authenticator.replace(Some(opened));
        self.faults = faults;
    }

    pub(crate) fn connect(&self) -> Result<Connection, Error> {
        self.connect_to(&self.world.practice.endpoint(), self.world.keys(self.user))
    }

    pub(crate) fn connect_to(&self, endpoint: &str, keys: KeyPair) -> Result<Connection, Error> {
        Ok(Connection::open(&ConnectionOptions {
            source: Source::Keys(keys),
            region: Some(self.region().to_owned()),
            endpoint_url: Some(endpoint.to_owned()),
            clock: Arc::new(self.hands.clone()),
            first_backoff: Duration::from_millis(1),
            answer_timeout: self.answer_timeout,
        })?)
    }

    /// Where IAM of the world's partition signs.
    fn region(&self) -> &'static str {
        self.world
            .practice
            .with(|account| account.home.partition.iam_region())
    }

    /// Does something with a connection.
    pub(crate) fn work<T>(&self, run: impl FnOnce(&Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let connection = self.connect()?;
        self.work_through(&connection, run)
    }

    pub(crate) fn work_through<T>(
        &self,
        connection: &Connection,
        run: impl FnOnce(&Work<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let authenticator = self.authenticator.borrow();
        run(&Work {
            authenticator: authenticator.as_ref().unwrap(),
            connection,
            source: self.user,
            pace: &self.hands,
            faults: self.faults.clone(),
            watch: &|progress| self.said.borrow_mut().push(progress.clone()),
        })
    }

    pub(crate) fn enrol(&self) -> Result<Enrolled, Error> {
        self.enrol_with(&EnrolRequest {
            verify: true,
            ..EnrolRequest::default()
        })
    }

    pub(crate) fn enrol_with(&self, request: &EnrolRequest) -> Result<Enrolled, Error> {
        let enrolled = self.work(|work| enrol(work, request))?;
        // The person was told; a list of what is under way that cannot be written now is settled later.
        self.look(|authenticator| acknowledge(authenticator, &enrolled))
            .ok();
        Ok(enrolled)
    }

    /// Looks into the accounts.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Authenticator) -> T) -> T {
        look(self.authenticator.borrow().as_ref().unwrap())
    }

    /// The serial numbers of the accounts in use.
    pub(crate) fn serials(&self) -> Vec<String> {
        self.look(|authenticator| {
            authenticator.refresh().unwrap();
            let accounts = authenticator.accounts().accounts;
            accounts
                .into_iter()
                .filter_map(|account| account.serial)
                .collect()
        })
    }

    /// The device of an account in use.
    pub(crate) fn held(&self, serial: &str) -> Held {
        let serial = SerialNumber::try_from(serial.to_owned()).unwrap();
        self.look(|authenticator| {
            let accounts = authenticator.accounts().accounts;
            let account = accounts
                .into_iter()
                .find(|account| account.serial.as_deref() == Some(serial.as_str()));
            Held {
                account: account.unwrap().id,
                serial,
            }
        })
    }

    pub(crate) fn user_name(&self) -> UserName {
        UserName::try_from(self.user.to_owned()).unwrap()
    }

    /// What is under way.
    pub(crate) fn journal(&self) -> Vec<journal::Entry> {
        self.look(|authenticator| journal::entries(authenticator).unwrap())
    }

    /// Whether STS would take the code that a right clock makes of this account now, had nobody tried one before.
    pub(crate) fn emits(&self, serial: &str) -> bool {
        let held = self.held(serial);
        self.world.practice.with(|account| {
            let step = step_at(Period::THIRTY, account.now());
            let code = self.look(|authenticator| authenticator.code_of_step(&held.account, step).unwrap());
            account.emits(serial, code.as_str())
        })
    }

    /// What has to hold whenever nothing is under way: each device of the user is here and works, each account here is a
    /// device of the user, and nothing is left behind.
    #[track_caller]
    pub(crate) fn is_whole(&self, devices: usize, context: &str) {
        assert_eq!(self.journal(), [], "{context}: nothing is under way");
        let there = self.world.devices();
        let mut mine: Vec<String> = there
            .iter()
            .filter(|(_, owner)| owner.as_deref() == Some(self.user))
            .map(|(serial, _)| serial.clone())
            .collect();
        let orphans: Vec<_> = there.iter().filter(|(_, owner)| owner.is_none()).collect();
        assert!(orphans.is_empty(), "{context}: left behind: {orphans:?}");
        let mut here = self.serials();
        mine.sort();
        here.sort();
        assert_eq!(here, mine, "{context}: what is here is what is there");
        assert_eq!(here.len(), devices, "{context}: {here:?}");
        self.hands.turn(300);
        for serial in &here {
            assert!(
                self.emits(serial),
                "{context}: {serial} gives codes that AWS takes"
            );
        }
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new(Zeroizing::new("correct horse battery staple".to_owned())).unwrap()
}
