//! The keyring on Linux: the Secret Service API
//! (<https://specifications.freedesktop.org/secret-service-spec/latest/>), read over one connection and one session,
//! and written by `keyring-core`'s store, which has its own of both from the first write on.
//!
//! An item's last line repeats its key, so that many items are read with one `SearchItems` and one `GetSecrets`
//! instead of a question for every item's attributes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_lite::future;
use zbus::zvariant::{OwnedObjectPath, Value};

use super::bus::{Bus, COLLECTION_INTERFACE, ITEM_INTERFACE, SERVICE_INTERFACE, SERVICE_PATH, is_none};
use super::filing::{attributes, without_key_line};
use super::session::{Session, WireSecret};
use super::writer::Writer;
use super::{KeyringOptions, KeyringState, Prompt};
use crate::store::item::ItemText;
use crate::store::seeds::{ItemKey, SeedStore, StoreError, StoreKind};

/// The Secret Service, reached. When it goes away in the middle, the next call reaches out anew.
pub struct KeyringStore {
    options: KeyringOptions,
    link: Mutex<Option<Arc<Link>>>,
}

/// One connection with one session.
struct Link {
    bus: Bus,
    session: Session,
    writer: Mutex<Option<Arc<Writer>>>,
}

/// What a search found.
struct Found {
    unlocked: Vec<OwnedObjectPath>,
    locked: Vec<OwnedObjectPath>,
}

/// An item's text, and the item it was read from.
struct Claim {
    path: OwnedObjectPath,
    text: Result<ItemText, StoreError>,
}

impl KeyringStore {
    pub(super) fn open(options: &KeyringOptions) -> Result<Self, StoreError> {
        let store = Self {
            options: options.clone(),
            link: Mutex::new(None),
        };
        async_io::block_on(store.link())?;
        Ok(store)
    }

    /// What the keyring is like. Never asks the person.
    pub fn state(&self) -> Result<KeyringState, StoreError> {
        let state = async_io::block_on(async {
            let link = self.link().await?;
            Ok(match link.default_collection().await? {
                Some(collection) if !link.is_locked(&collection).await? => KeyringState::Unlocked,
                _ => KeyringState::Locked,
            })
        });
        self.forget_when_lost(&state);
        state
    }

    /// Unlocks the keyring, asking the person whatever [`KeyringOptions::prompt`] says. Blocks meanwhile.
    pub fn unlock(&self) -> Result<(), StoreError> {
        let unlocked = async_io::block_on(async { self.link().await?.unlock().await });
        self.forget_when_lost(&unlocked);
        unlocked
    }

    /// Locks the default collection, for every program that uses it.
    pub fn lock(&self) -> Result<(), StoreError> {
        let locked = async_io::block_on(async { self.link().await?.lock().await });
        self.forget_when_lost(&locked);
        locked
    }

    async fn link(&self) -> Result<Arc<Link>, StoreError> {
        let kept = self.link.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(link) = kept {
            return Ok(link);
        }
        let bus = Bus::connect().await?;
        let session = Session::open(&bus).await?;
        let link = Arc::new(Link {
            bus,
            session,
            writer: Mutex::new(None),
        });
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&link));
        Ok(link)
    }

    fn forget_when_lost<T>(&self, outcome: &Result<T, StoreError>) {
        if let Err(StoreError::KeyringLost { .. } | StoreError::KeyringAbsent { .. }) = outcome {
            *self.link.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Runs `deed`; when the keyring is locked and the person may be asked, asks and runs it once more.
    fn run<T>(&self, deed: &impl AsyncFn(&Link) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let outcome = async_io::block_on(async {
            let link = self.link().await?;
            match deed(&link).await {
                Err(StoreError::KeyringLocked) if self.options.prompt == Prompt::Allow => {
                    link.unlock().await?;
                    deed(&link).await
                }
                outcome => outcome,
            }
        });
        self.forget_when_lost(&outcome);
        outcome
    }
}

impl SeedStore for KeyringStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Keyring
    }

    fn read(&self, key: &ItemKey) -> Result<ItemText, StoreError> {
        self.run(&async |link| {
            let path = link
                .find(key)
                .await?
                .ok_or_else(|| StoreError::Missing(key.clone()))?;
            let mut secrets = link.secrets(std::slice::from_ref(&path)).await?;
            let secret = secrets.remove(&path).ok_or(StoreError::KeyringLocked)?;
            Ok(without_key_line(link.session.decipher(&secret)?)?.0)
        })
    }

    fn read_many(&self, keys: &[ItemKey]) -> Result<Vec<Result<ItemText, StoreError>>, StoreError> {
        if keys.len() <= SEARCHED_ONE_BY_ONE {
            return keys.iter().map(|key| per_item(self.read(key))).collect();
        }
        let mut texts = self.run(&async |link| link.read_all().await)?;
        let missing = |key: &ItemKey| Err(StoreError::Missing(key.clone()));
        Ok(keys
            .iter()
            .map(|key| texts.remove(key).unwrap_or_else(|| missing(key)))
            .collect())
    }

    fn keys(&self) -> Result<Vec<ItemKey>, StoreError> {
        // Quicker than asking for every item's attributes.
        self.run(&async |link| Ok(link.read_all().await?.into_keys().collect()))
    }

    fn write(&self, key: &ItemKey, text: &ItemText) -> Result<(), StoreError> {
        self.run(&async |link| {
            // The writer would wait for a prompt without an end, so nothing may be locked by now.
            let existing = link.find(key).await?;
            if existing.is_none() && link.default_collection().await?.is_none() {
                return Err(StoreError::KeyringLocked);
            }
            link.writer()?.write(key, text, existing.as_ref())
        })
    }

    fn delete(&self, key: &ItemKey) -> Result<(), StoreError> {
        self.run(&async |link| match link.find(key).await? {
            Some(newest) => link.writer()?.delete(key, &newest),
            None => Ok(()),
        })
    }
}

impl Link {
    /// Made by the first write, and gone with the link.
    fn writer(&self) -> Result<Arc<Writer>, StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = &*writer {
            return Ok(Arc::clone(writer));
        }
        let made = Arc::new(Writer::open()?);
        *writer = Some(Arc::clone(&made));
        Ok(made)
    }

    /// The item of this key, the newest when a foreign hand left several; nothing when there surely is none. Fails
    /// with [`StoreError::KeyringLocked`] when that cannot be known.
    async fn find(&self, key: &ItemKey) -> Result<Option<OwnedObjectPath>, StoreError> {
        let found = self.search(Some(key)).await?;
        if !found.locked.is_empty() {
            return Err(StoreError::KeyringLocked);
        }
        let mut newest = None;
        for path in &found.unlocked {
            let modified: u64 = match found.unlocked.len() {
                1 => 0,
                _ => {
                    self.bus
                        .property(path.as_str(), ITEM_INTERFACE, "Modified")
                        .await?
                }
            };
            if newest.is_none_or(|(latest, _)| modified > latest) {
                newest = Some((modified, path));
            }
        }
        match newest {
            Some((_, path)) => Ok(Some(path.clone())),
            None => self.surely_unlocked().await.map(|()| None),
        }
    }

    /// All items of ours. Fails with [`StoreError::KeyringLocked`] when some may not be seen.
    async fn all_items(&self) -> Result<Vec<OwnedObjectPath>, StoreError> {
        let (found, unlocked) = future::zip(self.search(None), self.surely_unlocked()).await;
        let found = found?;
        unlocked?;
        if found.locked.is_empty() {
            Ok(found.unlocked)
        } else {
            Err(StoreError::KeyringLocked)
        }
    }

    /// A locked collection finds nothing, and says nothing about it: only its state tells.
    async fn surely_unlocked(&self) -> Result<(), StoreError> {
        match self.default_collection().await? {
            Some(collection) if self.is_locked(&collection).await? => Err(StoreError::KeyringLocked),
            _ => Ok(()),
        }
    }

    async fn read_all(&self) -> Result<HashMap<ItemKey, Result<ItemText, StoreError>>, StoreError> {
        let paths = self.all_items().await?;
        let mut secrets = self.secrets(&paths).await?;
        let mut claims: HashMap<Option<ItemKey>, Vec<Claim>> = HashMap::with_capacity(paths.len());
        for path in paths {
            let secret = secrets.remove(&path).ok_or(StoreError::KeyringLocked)?;
            let (text, key) = match self.session.decipher(&secret).and_then(without_key_line) {
                Ok((text, key)) => (Ok(text), key),
                Err(error) => (Err(error), None),
            };
            claims.entry(key).or_default().push(Claim { path, text });
        }
        let mut texts = HashMap::with_capacity(claims.len());
        for (key, mut claims) in claims {
            match (key, claims.pop()) {
                (Some(key), Some(only)) if claims.is_empty() => {
                    texts.insert(key, only.text);
                }
                (_, last) => self.settle(claims.into_iter().chain(last), &mut texts).await?,
            }
        }
        Ok(texts)
    }

    /// Items that do not say their key, or say one that another says too: their attributes decide.
    async fn settle(
        &self,
        claims: impl Iterator<Item = Claim>,
        texts: &mut HashMap<ItemKey, Result<ItemText, StoreError>>,
    ) -> Result<(), StoreError> {
        for Claim { path, text } in claims {
            let attributes: HashMap<String, String> = self
                .bus
                .property(path.as_str(), ITEM_INTERFACE, "Attributes")
                .await?;
            let name = attributes.get("username").map_or("", String::as_str);
            // An item whose name is none of ours is none of ours.
            let Ok(key) = ItemKey::try_from(name) else {
                continue;
            };
            if self.find(&key).await? == Some(path) {
                texts.insert(key, text);
            }
        }
        Ok(())
    }

    async fn search(&self, key: Option<&ItemKey>) -> Result<Found, StoreError> {
        let body = attributes(key);
        let reply = self
            .bus
            .call(SERVICE_PATH, SERVICE_INTERFACE, "SearchItems", &body)
            .await?;
        let (unlocked, locked) = reply.read()?;
        Ok(Found { unlocked, locked })
    }

    async fn secrets(
        &self,
        paths: &[OwnedObjectPath],
    ) -> Result<HashMap<OwnedObjectPath, WireSecret>, StoreError> {
        let body = (paths, self.session.path());
        let reply = self
            .bus
            .call(SERVICE_PATH, SERVICE_INTERFACE, "GetSecrets", &body)
            .await?;
        reply.read()
    }

    async fn default_collection(&self) -> Result<Option<OwnedObjectPath>, StoreError> {
        let reply = self
            .bus
            .call(SERVICE_PATH, SERVICE_INTERFACE, "ReadAlias", &"default")
            .await?;
        let path: OwnedObjectPath = reply.read()?;
        Ok((!is_none(&path)).then_some(path))
    }

    async fn is_locked(&self, collection: &OwnedObjectPath) -> Result<bool, StoreError> {
        self.bus
            .property(collection.as_str(), COLLECTION_INTERFACE, "Locked")
            .await
    }

    /// Unlocks the default collection and whatever else holds items of ours; makes the default collection when there
    /// is none, as libsecret does.
    async fn unlock(&self) -> Result<(), StoreError> {
        let Some(collection) = self.default_collection().await? else {
            return self.create_default_collection().await;
        };
        let mut objects = self.search(None).await?.locked;
        objects.push(collection.clone());
        let reply = self
            .bus
            .call(SERVICE_PATH, SERVICE_INTERFACE, "Unlock", &objects)
            .await?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = reply.read()?;
        let answered = self.answer_prompt(&prompt).await;
        if let Err(StoreError::KeyringLost { .. }) = answered {
            return answered;
        }
        if !self.is_locked(&collection).await? {
            // Whatever became of the prompt: the person may have unlocked it elsewhere.
            return Ok(());
        }
        answered.and(Err(StoreError::KeyringLocked))
    }

    async fn lock(&self) -> Result<(), StoreError> {
        let Some(collection) = self.default_collection().await? else {
            return Ok(());
        };
        let objects = [collection];
        let reply = self
            .bus
            .call(SERVICE_PATH, SERVICE_INTERFACE, "Lock", &objects.as_slice())
            .await?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = reply.read()?;
        self.answer_prompt(&prompt).await
    }

    async fn create_default_collection(&self) -> Result<(), StoreError> {
        let properties = HashMap::from([(
            "org.freedesktop.Secret.Collection.Label",
            Value::from("Default keyring"),
        )]);
        let body = (properties, "default");
        let reply = self
            .bus
            .call(SERVICE_PATH, SERVICE_INTERFACE, "CreateCollection", &body)
            .await?;
        let (_, prompt): (OwnedObjectPath, OwnedObjectPath) = reply.read()?;
        self.answer_prompt(&prompt).await
    }

    async fn answer_prompt(&self, prompt: &OwnedObjectPath) -> Result<(), StoreError> {
        if is_none(prompt) {
            return Ok(());
        }
        self.bus.prompt(prompt).await.map(drop)
    }
}

/// An item's own failure stays with the item; what concerns the whole store ends the batch.
fn per_item(outcome: Result<ItemText, StoreError>) -> Result<Result<ItemText, StoreError>, StoreError> {
    match outcome {
        Ok(_) | Err(StoreError::Missing(_) | StoreError::Item(_)) => Ok(outcome),
        Err(error) => Err(error),
    }
}

/// Up to here a search for each item is quicker than reading every item there is: both grow with the number of items
/// in the keyring, a search by some 6 µs, a secret by some 200 µs (GNOME Keyring 42).
const SEARCHED_ONE_BY_ONE: usize = 16;
