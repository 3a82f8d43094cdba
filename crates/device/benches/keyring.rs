//! Reading 500 items through the keyring store, against one bare `GetSecrets` call for the same items.
//!
//! `cargo bench --workspace --bench keyring`. It runs itself again inside a D-Bus session of its own, with a real
//! GNOME Keyring on it, since the keyring's libraries find the bus through the environment alone.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("there is no Secret Service to measure on this platform");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::error::Error;
    use std::process::Command;
    use std::time::{Duration, Instant};
    use std::{env, hint};

    use lockstep_device::account::AccountId;
    use lockstep_device::store::item::ItemText;
    use lockstep_device::store::keyring::{Keyring, KeyringOptions, Prompt, SERVICE};
    use lockstep_device::store::seeds::{ItemKey, SeedStore};
    use lockstep_testing::session::PrivateSession;
    use zbus::Connection;
    use zbus::message::Message;
    use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Value};
    use zeroize::Zeroizing;

    type Outcome<T> = Result<T, Box<dyn Error>>;

    pub(super) fn main() -> Outcome<()> {
        if env::args().any(|argument| argument == INSIDE) {
            return measure();
        }
        let session = PrivateSession::with_keyring();
        let mut again = Command::new(env::current_exe()?);
        let status = session.on(again.arg(INSIDE)).status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the measuring process ended with {status}").into())
        }
    }

    fn measure() -> Outcome<()> {
        let prompt = Prompt::Forbid;
        let store = Keyring::open(&KeyringOptions { prompt })?;
        let keys: Vec<_> = (0..ITEMS).map(key).collect();
        let mut writing = Vec::new();
        for key in &keys {
            let (text, started) = (text(key), Instant::now());
            store.write(key, &text)?;
            writing.push(started.elapsed());
        }
        println!("first write          {:9.2?}", writing.remove(0));
        println!("write, new           {:9.2?}", median(&mut writing));
        let mut rewriting = Vec::new();
        for key in keys.iter().take(ROUNDS) {
            let (text, started) = (text(key), Instant::now());
            store.write(key, &text)?;
            rewriting.push(started.elapsed());
        }
        println!("write, replacing     {:9.2?}", median(&mut rewriting));

        let bare = async_io::block_on(Bare::open())?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let started = Instant::now();
            let read = hint::black_box(store.read_many(&keys)?);
            ours.push(started.elapsed());
            if let Some(Err(error)) = read.into_iter().find(Result::is_err) {
                return Err(error.into());
            }
            let started = Instant::now();
            hint::black_box(async_io::block_on(bare.secrets())?);
            theirs.push(started.elapsed());
        }
        let (ours, theirs) = (median(&mut ours), median(&mut theirs));
        println!("read_many of {ITEMS}     {ours:9.2?}");
        println!("GetSecrets of {ITEMS}    {theirs:9.2?}");
        println!(
            "ratio                {:9.2}",
            ours.as_secs_f64() / theirs.as_secs_f64()
        );
        Ok(())
    }

    /// A connection with a session that enciphers nothing, and the items found.
    struct Bare {
        connection: Connection,
        session: OwnedObjectPath,
        items: Vec<OwnedObjectPath>,
    }

    impl Bare {
        async fn open() -> Outcome<Self> {
            let connection = Connection::session().await?;
            let body = ("plain", Value::from(""));
            let opened = call(&connection, "OpenSession", &body).await?;
            let (_, session): (OwnedValue, OwnedObjectPath) = opened.body().deserialize()?;
            let body = HashMap::from([("service", SERVICE)]);
            let found = call(&connection, "SearchItems", &body).await?;
            let (items, _): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = found.body().deserialize()?;
            if items.len() != usize::from(ITEMS) {
                return Err(format!("{} items are found instead of {ITEMS}", items.len()).into());
            }
            Ok(Self {
                connection,
                session,
                items,
            })
        }

        async fn secrets(&self) -> zbus::Result<Message> {
            call(&self.connection, "GetSecrets", &(&self.items, &self.session)).await
        }
    }

    async fn call<B>(connection: &Connection, method: &str, body: &B) -> zbus::Result<Message>
    where
        B: serde::Serialize + DynamicType,
    {
        let path = "/org/freedesktop/secrets";
        let interface = Some("org.freedesktop.Secret.Service");
        connection
            .call_method(Some("org.freedesktop.secrets"), path, interface, method, body)
            .await
    }

    fn key(number: u16) -> ItemKey {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        ItemKey::Account(AccountId::from_bytes(bytes))
    }

    fn text(key: &ItemKey) -> ItemText {
        let uri = format!("otpauth://totp/AWS:{key}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=AWS");
        ItemText::new(Zeroizing::new(uri))
    }

    fn median(times: &mut [Duration]) -> Duration {
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    const INSIDE: &str = "--inside";
    const ITEMS: u16 = 500;
    const ROUNDS: usize = 25;
}
