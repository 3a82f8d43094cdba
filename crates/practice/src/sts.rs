//! The operations of STS (API version 2011-06-15).

use std::time::Duration;

use lockstep_device::time::UnixTime;

use crate::account::Session;
use crate::call::Call;
use crate::caller::{Caller, Identity};
use crate::constraints::{
    ARN, EXTERNAL_ID, Input, POLICY_DOCUMENT, ROLE_SESSION_NAME, STS_CODE, STS_SERIAL_NUMBER,
};
use crate::directory::timestamp;
use crate::policy::verdict::{self, Asked, Verdict};
use crate::random;
use crate::refusal::Refusal;
use crate::xml::{Reply, Xml};

/// What `GetSessionToken` gives a user who asks for no duration.
const USER_SESSION_SECONDS: u32 = 43_200;
/// What `AssumeRole` gives who asks for no duration, and the most one role gives another.
const ROLE_SESSION_SECONDS: u32 = 3600;

/// Does what a call asks for. 400 `InvalidAction` for an operation that is not here.
pub fn perform(action: &str, call: &mut Call<'_>) -> Result<Reply, Refusal> {
    match action {
        "GetCallerIdentity" => Ok(identity(call)),
        "GetSessionToken" => session_token(call),
        "AssumeRole" => assume_role(call),
        other => Err(Refusal::new(
            "InvalidAction",
            400,
            format!("Could not find operation {other} for version 2011-06-15"),
        )),
    }
}

/// Needs no permission (STS API: `GetCallerIdentity`).
fn identity(call: &Call<'_>) -> Reply {
    Reply::result(|xml| {
        xml.text("Arn", &call.caller.arn());
        xml.text("UserId", &call.caller.user_id());
        xml.text("Account", &call.caller.account);
    })
}

/// Needs no permission; an explicit denial is heeded.
fn session_token(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let seconds = input.integer("DurationSeconds", 900, 129_600);
    let code = Code::read(&mut input);
    input.finish()?;
    if !call.caller.is_long_term() {
        return Err(Refusal::access_denied(
            "Cannot call GetSessionToken with session credentials",
        ));
    }
    let context = call.context();
    let asked = Asked {
        action: "sts:GetSessionToken",
        resource: "*",
        context: &context,
    };
    if call.verdict(&asked) == Verdict::Denied {
        return Err(Refusal::access_denied(format!(
            "User: {} is not authorized to perform: sts:GetSessionToken on resource: * with an explicit deny in an \
             identity-based policy",
            call.caller.arn()
        )));
    }
    let verified = code.verify(call)?;
    let session = begin(call, seconds.unwrap_or(USER_SESSION_SECONDS), verified);
    let (id, session) = keep(call, session);
    Ok(Reply::result(|xml| write_credentials(xml, &id, &session)))
}

fn assume_role(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let arn = input.required("RoleArn", &ARN);
    let session_name = input.required("RoleSessionName", &ROLE_SESSION_NAME);
    let seconds = input.integer("DurationSeconds", 900, 43_200);
    let external_id = input.optional("ExternalId", &EXTERNAL_ID);
    let session_policy = input.optional("Policy", &POLICY_DOCUMENT);
    let code = Code::read(&mut input);
    input.finish()?;
    if session_policy.is_some() || call.query.value("PolicyArns.member.1.arn").is_some() {
        // Better refused than passed over: a session that may do more than was asked for teaches the wrong thing.
        return Err(Refusal::validation(
            "The practice account has no session policies.",
        ));
    }
    let verified = code.verify(call)?;
    let role = permitted_role(call, arn, external_id, verified)?;
    let seconds = seconds.unwrap_or(ROLE_SESSION_SECONDS);
    if matches!(call.caller.identity, Identity::Role { .. }) && seconds > ROLE_SESSION_SECONDS {
        return Err(Refusal::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    if seconds > role.max_session {
        return Err(Refusal::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    let assumed = Caller {
        partition: call.caller.partition,
        account: role.account,
        identity: Identity::Role {
            name: role.name,
            id: role.id,
            session: session_name.to_owned(),
        },
        credentials: call.caller.credentials,
    };
    let session = Session {
        account: assumed.account.clone(),
        identity: assumed.identity.clone(),
        ..begin(call, seconds, verified)
    };
    let (id, session) = keep(call, session);
    Ok(Reply::result(|xml| {
        write_credentials(xml, &id, &session);
        xml.element("AssumedRoleUser", |xml| {
            xml.text("AssumedRoleId", &assumed.user_id());
            xml.text("Arn", &assumed.arn());
        });
    }))
}

/// A role that may be assumed.
struct Permitted {
    account: String,
    name: String,
    id: String,
    max_session: u32,
}

/// The role, if the caller may assume it. In the same account it is enough that the trust policy
/// names the caller; trust in an account, and a role in another one, ask for the caller's own policy as well (IAM
/// user guide, "Cross-account policy evaluation logic"). Nobody is told whether a role exists.
fn permitted_role(
    call: &Call<'_>,
    arn: &str,
    external_id: Option<&str>,
    verified: Option<UnixTime>,
) -> Result<Permitted, Refusal> {
    let denied = || not_permitted(call, arn);
    let mut parts = arn.splitn(6, ':').skip(4);
    let account = parts.next().unwrap_or_default();
    let name = parts
        .next()
        .and_then(|resource| resource.strip_prefix("role/"))
        .ok_or_else(denied)?;
    let directory = call.account.directory(account);
    let role = directory
        .roles
        .get(name)
        .filter(|_| directory.role_arn(name) == arn)
        .ok_or_else(denied)?;
    let mut context = call.context();
    if let Some(external_id) = external_id {
        context.set("sts:ExternalId", external_id);
    }
    // The code of this very request counts, as that of an earlier one behind the caller's session does.
    if verified.is_some() {
        context.set("aws:MultiFactorAuthPresent", "true");
        context.set("aws:MultiFactorAuthAge", "0");
    }
    let asked = Asked {
        action: "sts:AssumeRole",
        resource: arn,
        context: &context,
    };
    let own = call.verdict(&asked);
    let caller_account = &call.caller.account;
    let root = format!("arn:{}:iam::{caller_account}:root", call.caller.partition.name());
    // A session of a role is known by its own ARN and by the role's.
    let (own_arn, principal_arn) = (call.caller.arn(), call.caller.principal_arn());
    let named = verdict::of_trust(&role.trust, &[&own_arn, &principal_arn], &asked);
    let known_as = [&own_arn, &principal_arn, &root, caller_account].map(String::as_str);
    let trusted = verdict::of_trust(&role.trust, &known_as, &asked);
    let is_same_account = *caller_account == directory.id;
    let is_permitted = own != Verdict::Denied
        && trusted == Verdict::Allowed
        && (own == Verdict::Allowed || is_same_account && named == Verdict::Allowed);
    if !is_permitted {
        return Err(denied());
    }
    Ok(Permitted {
        account: directory.id.clone(),
        name: role.name.clone(),
        id: role.id.clone(),
        max_session: role.max_session,
    })
}

fn not_permitted(call: &Call<'_>, arn: &str) -> Refusal {
    Refusal::access_denied(format!(
        "User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}",
        call.caller.arn()
    ))
}

/// The device and code of a request, if it brings them.
struct Code<'q> {
    serial: Option<&'q str>,
    code: Option<&'q str>,
}

impl<'q> Code<'q> {
    fn read(input: &mut Input<'q>) -> Self {
        Self {
            serial: input.optional("SerialNumber", &STS_SERIAL_NUMBER),
            code: input.optional("TokenCode", &STS_CODE),
        }
    }

    /// Verifies the code and gives the moment; nothing when there is none. Only users have devices.
    fn verify(&self, call: &mut Call<'_>) -> Result<Option<UnixTime>, Refusal> {
        let (serial, code) = match (self.serial, self.code) {
            (None, None) => return Ok(None),
            (Some(serial), Some(code)) => (serial, code),
            (Some(_), None) | (None, Some(_)) => {
                return Err(Refusal::access_denied(
                    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
                ));
            }
        };
        let user_id = call.caller.user_id();
        call.account.bindings.verify(serial, &user_id, code, call.now)?;
        Ok(Some(call.now))
    }
}

/// A session of the caller.
fn begin(call: &Call<'_>, seconds: u32, verified: Option<UnixTime>) -> Session {
    Session {
        secret: random::secret_access_key(),
        token: random::session_token(),
        issued: call.now,
        expires: call.now.saturating_add(Duration::from_secs(seconds.into())),
        verified,
        account: call.caller.account.clone(),
        identity: call.caller.identity.clone(),
    }
}

fn keep(call: &mut Call<'_>, session: Session) -> (String, Session) {
    let id = random::id("ASIA");
    call.account.sessions.insert(id.clone(), session.clone());
    (id, session)
}

fn write_credentials(xml: &mut Xml, id: &str, session: &Session) {
    xml.element("Credentials", |xml| {
        xml.text("AccessKeyId", id);
        xml.text("SecretAccessKey", &session.secret);
        xml.text("SessionToken", &session.token);
        xml.text("Expiration", &timestamp(session.expires));
    });
}
