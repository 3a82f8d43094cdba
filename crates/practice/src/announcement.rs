//! What `lockstep-practice` says when it starts, and the profile file it lends.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::account::Keys;
use crate::personas::{ADMIN, MAYA};
use crate::server::Practice;

/// Where the account is, and the keys to it.
pub struct Announcement {
    endpoint: String,
    control: String,
    account: String,
    region: &'static str,
    admin: Keys,
    user: Keys,
    profile_file: PathBuf,
}

/// A file in the format of `~/.aws/config`, in a folder nobody else can read. It is deleted when dropped.
pub struct ProfileFile {
    path: PathBuf,
    _folder: TempDir,
}

impl ProfileFile {
    /// Writes the profiles `practice-admin` and `practice`.
    pub fn write(practice: &Practice) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("lockstep-practice-").tempdir()?;
        let path = folder.path().join("config");
        let mut text = String::new();
        for (profile, user) in [("practice-admin", ADMIN), ("practice", MAYA)] {
            let keys = practice.with(|account| account.keys_of(user));
            let region = practice.with(|account| account.home.partition.iam_region());
            // Writing into a string cannot fail.
            let _ = write!(
                text,
                "[profile {profile}]\nregion = {region}\nendpoint_url = {}\naws_access_key_id = {}\n\
                 aws_secret_access_key = {}\n\n",
                practice.endpoint(),
                keys.access_key_id,
                keys.secret_access_key
            );
        }
        private_file(&path)?.write_all(text.as_bytes())?;
        Ok(Self {
            path,
            _folder: folder,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Announcement {
    /// What there is to say of this account.
    pub fn of(practice: &Practice, file: &ProfileFile) -> Self {
        practice.with(|account| Self {
            endpoint: practice.endpoint(),
            control: practice.control(),
            account: account.home.id.clone(),
            region: account.home.partition.iam_region(),
            admin: account.keys_of(ADMIN),
            user: account.keys_of(MAYA),
            profile_file: file.path().to_owned(),
        })
    }

    /// One line of JSON, as the contract of the command line has it.
    pub fn json(&self) -> String {
        let person = |user: &str, keys: &Keys| {
            json!({
                "user": user,
                "access_key_id": keys.access_key_id,
                "secret_access_key": keys.secret_access_key,
            })
        };
        let value = json!({
            "endpoint": self.endpoint,
            "control": self.control,
            "account": self.account,
            "admin": person(ADMIN, &self.admin),
            "user": person(MAYA, &self.user),
            "profile_file": self.profile_file,
        });
        format!("{value}\n")
    }

    /// The same for people, with the lines to paste.
    pub fn for_people(&self) -> String {
        let Self {
            endpoint,
            control,
            account,
            region,
            admin,
            user,
            ..
        } = self;
        let file = self.profile_file.display();
        format!(
            "The practice account {account} is served at {endpoint} until this ends (Ctrl+C).\n\
             Control: {control}\n\
             \n\
             An administrator (admin):\n\
             \x20 export AWS_ENDPOINT_URL={endpoint} AWS_REGION={region}\n\
             \x20 export AWS_ACCESS_KEY_ID={}\n\
             \x20 export AWS_SECRET_ACCESS_KEY={}\n\
             \n\
             A user who manages her own devices (maya):\n\
             \x20 export AWS_ENDPOINT_URL={endpoint} AWS_REGION={region}\n\
             \x20 export AWS_ACCESS_KEY_ID={}\n\
             \x20 export AWS_SECRET_ACCESS_KEY={}\n\
             \n\
             Or as profiles:\n\
             \x20 export AWS_CONFIG_FILE={file}\n\
             \x20 aws --profile practice sts get-caller-identity\n\
             \x20 lockstep aws enrol --aws-profile practice\n\
             \x20 lockstep aws devices --all --aws-profile practice-admin\n",
            admin.access_key_id, admin.secret_access_key, user.access_key_id, user.secret_access_key
        )
    }
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Elsewhere the folder is the user's own already.
#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<std::fs::File> {
    std::fs::File::create_new(path)
}
