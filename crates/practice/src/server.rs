//! The server: HTTP on loopback, on a thread of its own, until it is dropped.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use lockstep_device::time::{Clock, SystemClock};
use tokio::sync::oneshot;

use crate::account::Account;
use crate::directory::Directory;
use crate::partition::Partition;
use crate::personas::OTHER_ACCOUNT;
use crate::shared::Shared;
use crate::{http, personas, random};

/// How a practice account begins.
pub struct Options {
    /// The twelve digits of the account.
    pub account: String,
    /// Its alias.
    pub alias: Option<String>,
    /// Its partition.
    pub partition: Partition,
    /// Plain users beside the personas: `user-0001` and on, under the path `/staff/`.
    pub users: usize,
    /// How long STS does not know what IAM did.
    pub propagation: Duration,
    /// What tells the server's time.
    pub clock: Arc<dyn Clock>,
    /// The port on 127.0.0.1; 0 for any that is free.
    pub port: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            account: "123456789012".to_owned(),
            alias: None,
            partition: Partition::Aws,
            users: 0,
            propagation: Duration::ZERO,
            clock: Arc::new(SystemClock),
            port: 0,
        }
    }
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Not twelve digits.
    #[error("the account {0:?} is not an AWS account id; they have twelve digits")]
    Account(String),
    /// The account where the role to be assumed from elsewhere is.
    #[error("the account {OTHER_ACCOUNT} is the other account of the practice; take another")]
    OtherAccount,
    /// The port is taken, or the system lets nobody listen.
    #[error("nobody can listen on 127.0.0.1:{port}")]
    Listen {
        /// The port.
        port: u16,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// No thread or no event loop.
    #[error("the server's thread cannot be started")]
    Thread(#[source] io::Error),
}

/// A practice account that is being served. It stops when it is dropped.
pub struct Practice {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Practice {
    /// Starts to serve, on loopback only.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let is_account =
            options.account.len() == 12 && options.account.bytes().all(|byte| byte.is_ascii_digit());
        if !is_account {
            return Err(StartError::Account(options.account));
        }
        if options.account == OTHER_ACCOUNT {
            return Err(StartError::OtherAccount);
        }
        let listen = |source| StartError::Listen {
            port: options.port,
            source,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let shared = Arc::new(Shared::new(account(options), random::url_token()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(StartError::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&shared);
        let thread = thread::Builder::new().name("practice".to_owned()).spawn(move || {
            runtime.block_on(http::serve(listener, served, stopped));
        });
        Ok(Self {
            shared,
            address,
            stop: Some(stop),
            thread: Some(thread.map_err(StartError::Thread)?),
        })
    }

    /// The URL of IAM and STS, without a slash at the end.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL of the control endpoint. Whoever knows it can do everything.
    pub fn control(&self) -> String {
        format!("{}/{}/control", self.endpoint(), self.shared.token)
    }

    /// Looks into the account; requests wait meanwhile.
    pub fn with<T>(&self, look: impl FnOnce(&mut Account) -> T) -> T {
        look(&mut self.shared.account())
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

fn account(options: Options) -> Account {
    let created = options
        .clock
        .now()
        .unwrap_or(lockstep_device::time::UnixTime::from_seconds(0));
    let home = Directory::new(options.partition, &options.account, options.alias, created);
    let mut account = Account::new(home, options.clock, options.propagation);
    personas::settle(&mut account, options.users);
    account
}
