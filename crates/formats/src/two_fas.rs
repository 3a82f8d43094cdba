//! 2FAS, schema 1 to 4, plain or encrypted.

use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use ring::pbkdf2::PBKDF2_HMAC_SHA256;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::cipher::open_gcm;
use crate::detect::Look;
use crate::encoded::{base64, exactly};
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, List, Text};
use crate::kdf::pbkdf2;
use crate::row::{Extras, Groups, Rows, read_fields, without_issuer};

const FORMAT: Format = Format::TwoFas;

/// Whether it has a backup's outer shell.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_object_with(&["services", "schemaVersion"]) || look.is_object_with(&["servicesEncrypted"])
}

/// The services of a backup, in the order of the app.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let file: File = json::parse(FORMAT, bytes)?;
    if !file.schema_version.is_blank() && !matches!(file.schema_version.number(), Some(1..=NEWEST)) {
        return Err(ReadError::Unsupported {
            format: FORMAT,
            what: "a backup of a schema that is not 1, 2, 3 or 4".to_owned(),
        });
    }
    let mut services = if file.services_encrypted.is_blank() {
        file.services.0
    } else {
        let password = password.ok_or(ReadError::PasswordNeeded(FORMAT))?;
        let plain = file.open(password)?;
        json::parse::<List<Service>>(FORMAT, &plain)?.0
    };
    services.sort_by_key(|service| service.order.position.number().unwrap_or(u64::MAX));
    let named = file
        .groups
        .0
        .into_iter()
        .map(|group| (group.id.into(), group.name.into()));
    let mut groups = Groups::new(FORMAT, named);
    let mut rows = Rows::new();
    for service in services {
        let tags = groups.tags([service.group_id.as_str()])?;
        rows.push(row(service, tags));
    }
    Ok(rows)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct File {
    services: List<Service>,
    groups: List<Group>,
    schema_version: Text,
    services_encrypted: Text,
    reference: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    id: Text,
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Service {
    name: Text,
    /// The one in `otp.link` may be hidden.
    secret: Text,
    #[serde(deserialize_with = "json::or_default")]
    otp: Otp,
    #[serde(deserialize_with = "json::or_default")]
    order: Order,
    group_id: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Otp {
    label: Text,
    account: Text,
    issuer: Text,
    digits: Text,
    period: Text,
    algorithm: Text,
    counter: Text,
    token_type: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Order {
    position: Text,
}

impl File {
    /// The list of services. The key also opens a known text, which tells a wrong password from a damaged list.
    fn open(&self, password: &Passphrase) -> Result<Zeroizing<Vec<u8>>, ReadError> {
        if let Some(plain) = open(self.services_encrypted.as_str(), password)? {
            return Ok(plain);
        }
        match open(self.reference.as_str(), password) {
            Ok(Some(_)) => Err(ReadError::Damaged {
                format: FORMAT,
                reason: "its services were changed after they were sealed".to_owned(),
            }),
            _ => Err(ReadError::PasswordWrong(FORMAT)),
        }
    }
}

/// `data:salt:iv`, the tag at the end of the data; nothing when the key is another.
fn open(sealed: &str, password: &Passphrase) -> Result<Option<Zeroizing<Vec<u8>>>, ReadError> {
    let parts: Vec<&str> = sealed.splitn(4, ':').collect();
    let [data, salt, nonce] = parts.as_slice() else {
        return Err(ReadError::Damaged {
            format: FORMAT,
            reason: "what is encrypted does not have three parts".to_owned(),
        });
    };
    let data = base64(FORMAT, "what is encrypted", data)?;
    let salt = base64(FORMAT, "the salt", salt)?;
    let nonce = exactly(FORMAT, "the nonce", &base64(FORMAT, "the nonce", nonce)?)?;
    let key = pbkdf2(FORMAT, PBKDF2_HMAC_SHA256, password, &salt, ROUNDS)?;
    Ok(open_gcm(&key, &nonce, &[], &data))
}

/// The name is what the app shows and a person may change; the account may stand in the label alone.
fn row(service: Service, tags: Vec<String>) -> Result<Parsed, Skipped> {
    let otp = service.otp;
    let name = otp.account.or(otp.label.as_str());
    let fields = TypedAccount {
        name: without_issuer(otp.issuer.as_str(), &name).to_owned(),
        issuer: service.name.or(otp.issuer.as_str()),
        secret: service.secret.into_secret(),
        kind: otp.token_type.into(),
        algorithm: otp.algorithm.into(),
        digits: otp.digits.into(),
        period: otp.period.into(),
        counter: otp.counter.into(),
    };
    let extras = Extras {
        tags,
        ..Extras::default()
    };
    read_fields(&fields, extras)
}

/// The rounds of PBKDF2, the same in every version.
const ROUNDS: u64 = 10_000;

/// The newest schema that is known.
const NEWEST: u64 = 4;
