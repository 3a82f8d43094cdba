//! Other people's AWS servers and clients, to prove ours against: moto, ministack, microburst, boto3 and the AWS CLI.
//! `cargo xtask setup` installs them in `target/peers`.
//!
//! No server here verifies a code. What else each gets wrong is said where it starts, for tests to know.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::{Port, Server};

/// The Python environment that the servers and clients are in.
pub struct Peers {
    programs: PathBuf,
}

impl Peers {
    /// The environment, if it was installed as a whole; else nothing, and a line that says that a test was skipped.
    pub fn find() -> Option<Self> {
        let folder = workspace_root().join("target/peers");
        // xtask writes this list last.
        if folder.join("installed.txt").is_file() {
            return Some(Self {
                programs: folder.join("bin"),
            });
        }
        skipped(&format!(
            "{} has no Python packages in it; `cargo xtask setup` installs them",
            folder.display()
        ));
        None
    }

    /// The interpreter that finds boto3, in an environment that says nothing but the region. [`Keys::env`] says the rest.
    pub fn python(&self) -> Command {
        self.program("python")
    }

    /// The AWS CLI, in the same environment.
    pub fn aws(&self) -> Command {
        let mut command = self.python();
        command.arg(self.programs.join("aws"));
        command
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.env_clear().envs([
            ("PATH", "/usr/bin:/bin"),
            // Nobody's own profile, cache or history.
            ("HOME", "/nonexistent"),
            ("LANG", "C.UTF-8"),
            ("PYTHONUNBUFFERED", "1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]);
        command
    }
}

/// Says that something is not tried, and why.
#[allow(clippy::print_stderr, reason = "a test that proves nothing has to say so")]
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// Long-term keys of a server's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Such as `AKIAIOSFODNN7EXAMPLE`.
    pub access_key_id: String,
    /// Worth nothing beyond the server.
    pub secret_access_key: String,
}

impl Keys {
    fn new(access_key_id: &str, secret_access_key: &str) -> Self {
        Self {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: secret_access_key.to_owned(),
        }
    }

    /// What a client needs in its environment to call this endpoint with these keys.
    pub fn env(&self, endpoint: &str) -> [(&'static str, String); 3] {
        [
            ("AWS_ENDPOINT_URL", endpoint.to_owned()),
            ("AWS_ACCESS_KEY_ID", self.access_key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_access_key.clone()),
        ]
    }
}

/// moto: right about the wire, lax about the rest. Its account is `123456789012`.
///
/// - The seed is 64 characters of base32; the QR code is 64 random bytes instead of a PNG.
/// - Any two codes enable any device for any user, one that was never created or is another user's as well. Any code gives a session.
/// - Resync and everything about tags is answered 500 with a page of HTML.
/// - Listing virtual devices gives seed and QR code away, which AWS never does. It comes in pages; other lists do not.
/// - A device in use can be deleted, and stays in its user's list.
/// - `GetSessionToken` always gives the same keys, which a strict one then refuses.
/// - Names are not checked, a ninth device is welcome, and the credential report has no `<root_account>`.
pub struct Moto {
    server: Server,
    keys: Keys,
}

impl Moto {
    /// Starts it with one user, `admin`, who may do everything. A strict one verifies signatures and policies.
    pub fn start(peers: &Peers, strict: bool) -> Self {
        let port = Port::reserve();
        let mut command = peers.program("moto_server");
        command.args(["-H", "127.0.0.1", "-p", &port.number().to_string()]);
        if strict {
            // It takes the first requests on trust: as many as an administrator is made with.
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", MAKING_AN_ADMIN.len().to_string());
        }
        // This path is moto's own, so asking for it does not count as one of them.
        let server = Server::start("moto", &mut command, port, "/moto-api/");
        let answers = MAKING_AN_ADMIN.map(|action| server.ask("POST", "/", UNSIGNED, action));
        let created = &answers[MAKING_AN_ADMIN.len() - 1];
        let keys = Keys::new(
            element(created, "AccessKeyId"),
            element(created, "SecretAccessKey"),
        );
        Self { server, keys }
    }

    /// Where it listens, such as `http://127.0.0.1:40001`, for IAM and STS alike.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// The keys of `admin`.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }
}

/// ministack: right about who owns a device and whether it is in use, lax about the rest. Its account is `123456789012`.
///
/// - It takes any keys and any signature; the caller is the root user.
/// - The seed is 32 hexadecimal digits, so most are no base32; the QR code is the two bytes `QR`.
/// - Any two codes enable or resync a device, and any code gives a session.
/// - Its answers have no `Date`, so nothing can be learned from them about the clock.
/// - It knows no action about tags (400 `InvalidAction`).
/// - `ListVirtualMFADevices` gives the assigned ones where AWS gives any; `MaxItems` is ignored.
/// - Names are not checked, and a ninth device is welcome.
pub struct Ministack {
    server: Server,
    keys: Keys,
}

impl Ministack {
    /// Starts it, with IAM and STS only.
    pub fn start(peers: &Peers) -> Self {
        let port = Port::reserve();
        let mut command = peers.program("ministack");
        command.envs([
            ("BIND_HOST", "127.0.0.1"),
            ("GATEWAY_PORT", &port.number().to_string()),
            ("SERVICES", "iam,sts"),
            ("MINISTACK_ACCOUNT_ID", "123456789012"),
            // Each would open a port of its own.
            ("IOT_MTLS_ENABLED", "0"),
            ("SFTP_ENABLED", "0"),
        ]);
        Self {
            server: Server::start("ministack", &mut command, port, "/_ministack/health"),
            keys: Keys::new("test", "test"),
        }
    }

    /// Where it listens, such as `http://127.0.0.1:40001`, for IAM and STS alike.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Keys as good as any.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }
}

/// microburst: faults in front of another server, in AWS's words.
///
/// It forwards a request under the other server's name. The name is signed, so a strict [`Moto`] refuses all that comes
/// through it.
pub struct Microburst {
    server: Server,
}

impl Microburst {
    /// Starts it in front of the server at `upstream`, such as `http://127.0.0.1:40001`. It has no rules yet, so that
    /// everything passes.
    pub fn start(peers: &Peers, upstream: &str) -> Self {
        let port = Port::reserve();
        let number = port.number().to_string();
        let mut command = peers.program("microburst");
        command.args(["--host", "127.0.0.1", "--port", &number]);
        command.args(["--upstream", upstream, "--no-resign"]);
        let microburst = Self {
            server: Server::start("microburst", &mut command, port, "/_microburst/health"),
        };
        microburst.warm_up();
        microburst
    }

    /// The first request makes it read every service's model for seconds, longer than a client may wait. It answers
    /// this one itself.
    fn warm_up(&self) {
        self.set_rules(r#"[{"service": "*", "error": {"code": "Throttling", "status": 200}}]"#);
        self.server
            .ask("POST", "/", UNSIGNED, "Action=ListUsers&Version=2010-05-08");
        self.set_rules("[]");
        self.server.ask("DELETE", "/_microburst/fired", &[], "");
    }

    /// Where it listens, such as `http://127.0.0.1:40001`. The keys are the other server's.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Replaces all rules by these, a JSON list. The first that matches a request decides on it:
    ///
    /// - which: `"service": "iam"` (or `"*"`), `"operation": "ListUsers"`, `"times": 1` (then it passes),
    ///   `"probability": 0.3`, `"sequence": {"fail": 3, "pass": 2}`
    /// - what, without asking the server: `"error": {"code": "Throttling"}` (also `status`, `message`), `"reset": true`,
    ///   `"timeout_ms": 30000` (then 504), `"latency": 300` (milliseconds; on its own the request then passes)
    /// - what, after the server did it: `"response": {"abort_bytes": 0}`, which loses the answer; `truncate_frac`,
    ///   `set_headers` and `strip_headers` spoil it
    pub fn set_rules(&self, rules: &str) {
        self.server.ask("POST", "/_microburst/rules", JSON, rules);
    }

    /// What it did, a JSON list with `rule_id`, `service`, `operation` and `action`, such as `error:Throttling`.
    pub fn fired(&self) -> String {
        self.server.ask("GET", "/_microburst/fired", &[], "")
    }
}

/// What is between the first tags of this name.
fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let inner = || {
        let (_, rest) = xml.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0)
    };
    inner().unwrap_or_else(|| panic!("no {name} in {xml}"))
}

fn workspace_root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_path_buf()
}

/// Creates `admin`, lets him do everything, and gives him keys.
const MAKING_AN_ADMIN: [&str; 3] = [
    "Action=CreateUser&Version=2010-05-08&UserName=admin",
    "Action=PutUserPolicy&Version=2010-05-08&UserName=admin&PolicyName=everything&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D",
    "Action=CreateAccessKey&Version=2010-05-08&UserName=admin",
];

/// moto finds the service in the scope of the signature, verified or not.
const UNSIGNED: &[(&str, &str)] = &[
    ("Content-Type", "application/x-www-form-urlencoded"),
    (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0",
    ),
];

const JSON: &[(&str, &str)] = &[("Content-Type", "application/json")];
