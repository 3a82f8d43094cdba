//! Reading a roster: two lists in pages and the credential report tell of all users, and single users are asked about only
//! where these leave something open.

use std::collections::{HashMap, HashSet};

use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::api::iam::Assignment;
use crate::api::users::{ListedUser, RootSummary};
use crate::connection::Connection;
use crate::device::MfaDevice;
use crate::elevation::session_of_caller;
use crate::error::Error;
use crate::fleet::bounded::side_by_side;
use crate::fleet::credential_report::{self, CredentialReport, ReportRow};
use crate::fleet::protection::{FleetDevice, LastUse, Mfa};
use crate::fleet::roster::{
    Filter, FleetUser, ReadProgress, Reader, Remark, Root, Roster, RosterRequest, Unseen,
};
use crate::name::{Tag, UserName};
use crate::work::Work;

/// Reads the roster. Fails where the users may not be listed, or their tags where these decide; whatever else is denied or
/// fails is unknown in it, with a remark.
pub fn read(reader: &Reader<'_>, request: &RosterRequest) -> Result<Roster, Error> {
    let filter = &request.filter;
    let api = reader.connection.api();
    let (listed, sources) = side_by_side(
        || {
            let seen = |count| (reader.watch)(ReadProgress::Listed(count));
            reader.patiently(|| api.list_users(filter.path.as_ref(), &seen))
        },
        || Sources::read(reader),
    );
    let (listed, mut sources) = (listed?, sources?);
    let astray = match filter.path {
        Some(_) => vec![],
        None => sources.astray(&listed),
    };
    let unmatched = filter.unmatched(listed.iter().map(|user| &user.name));
    let mut users: Vec<FleetUser> = listed
        .into_iter()
        .filter(|user| filter.names(&user.name))
        .map(|user| sources.user(user))
        .collect();
    users.sort_by(|one, other| one.name.cmp(&other.name));
    sources.ask_for_devices(reader, &mut users, request.exact)?;
    let undecided = decide(filter, &mut users);
    ask_for_tags(reader, request, &mut users, &mut sources.remarks)?;
    Ok(Roster {
        account: reader.connection.caller().account.clone(),
        alias: reader.connection.alias().map(str::to_owned),
        read: reader.connection.service_time()?,
        report_made: sources.report.as_ref().map(|report| report.made),
        root: sources.root(),
        unassigned: sources.unassigned(),
        users,
        undecided,
        unmatched,
        astray,
        remarks: sources.remarks,
    })
}

/// Reads the caller's account; where something is denied once more in a session with MFA, which many policies ask for. What
/// follows is to be done in the same one.
pub fn read_own(
    work: &Work<'_>,
    request: &RosterRequest,
    watch: &(dyn Fn(ReadProgress) + Sync),
) -> Result<(Roster, Option<Connection>), Error> {
    let reader = |connection| Reader {
        connection,
        pace: work.pace,
        watch,
    };
    let outcome = read(&reader(work.connection), request);
    let is_denied = match &outcome {
        Ok(roster) => roster.remarks.iter().any(|remark| remark.denied),
        Err(error) => error.is_denial(),
    };
    if is_denied && let Some(session) = session_of_caller(work)? {
        return Ok((read(&reader(&session), request)?, Some(session)));
    }
    Ok((outcome?, None))
}

/// What tells of all users at once. Nothing stands for what could not be had.
struct Sources {
    virtual_devices: Option<VirtualDevices>,
    report: Option<CredentialReport>,
    root: Option<RootSummary>,
    remarks: Vec<Remark>,
}

/// Takes what is known, and remarks on what is not.
struct Known<'a>(&'a mut Vec<Remark>);

impl Known<'_> {
    fn or_remark<T>(
        &mut self,
        answer: Result<T, Failure>,
        unknown: Unseen,
        action: &str,
    ) -> Result<Option<T>, Error> {
        match answer {
            Ok(known) => Ok(Some(known)),
            // With these no other question has an answer either.
            Err(
                failure @ (Failure::Expired { .. }
                | Failure::CredentialsRefused { .. }
                | Failure::Unreachable { .. }
                | Failure::PlainHttp(_)),
            ) => Err(failure.into()),
            Err(failure) => {
                self.0.push(Remark::new(unknown, action, failure));
                Ok(None)
            }
        }
    }
}

#[derive(Default)]
struct VirtualDevices {
    users: HashMap<UserName, Vec<FleetDevice>>,
    root: Option<SerialNumber>,
    nobody: Vec<SerialNumber>,
}

impl Sources {
    fn read(reader: &Reader<'_>) -> Result<Self, Error> {
        let api = reader.connection.api();
        // The report is made while the others are asked.
        let (report, (devices, root)) = side_by_side(
            || credential_report::fetch(reader),
            || {
                side_by_side(
                    || reader.patiently(|| api.list_virtual_mfa_devices(Assignment::Any)),
                    || {
                        // Known from now on.
                        reader.connection.alias();
                        reader.patiently(|| api.root_summary())
                    },
                )
            },
        );
        let mut remarks = vec![];
        let mut known = Known(&mut remarks);
        let devices = known.or_remark(devices, Unseen::VirtualDevices, "iam:ListVirtualMFADevices")?;
        let report = known.or_remark(report, Unseen::Credentials, "iam:GetCredentialReport")?;
        let root = match root {
            // The credential report says it as well.
            Err(Failure::Denied { .. }) if report.is_some() => None,
            root => known.or_remark(root, Unseen::RootMfa, "iam:GetAccountSummary")?,
        };
        let virtual_devices = devices.map(VirtualDevices::of);
        Ok(Self {
            virtual_devices,
            report,
            root,
            remarks,
        })
    }

    fn row(&self, name: &UserName) -> Option<&ReportRow> {
        self.report.as_ref()?.users.get(name.as_str())
    }

    fn user(&self, user: ListedUser) -> FleetUser {
        let row = self.row(&user.name);
        let listed = user.signed_in.map_or(LastUse::Unknown, LastUse::At);
        FleetUser {
            mfa: self.mfa(&user.name),
            tags: None,
            console: row.and_then(|row| row.console),
            // The list is younger than the report; only the report tells "never" from "not known".
            signed_in: row.map_or(listed, |row| match (listed, row.signed_in) {
                (LastUse::At(_), said) => listed.later(said),
                (_, said) => said,
            }),
            keys: row.map(|row| row.keys.clone()),
            created: user.created,
            path: user.path,
            name: user.name,
        }
    }

    fn mfa(&self, name: &UserName) -> Mfa {
        let devices = self
            .virtual_devices
            .as_ref()
            .and_then(|devices| devices.users.get(name));
        let said = self.row(name).and_then(|row| row.mfa);
        match (devices, said) {
            (Some(devices), _) => Mfa::Devices {
                devices: devices.clone(),
                complete: false,
            },
            (None, Some(false)) => Mfa::Missing,
            (None, Some(true)) => Mfa::Active,
            (None, None) => Mfa::Unknown,
        }
    }

    /// Asks for the devices of those about whom the lists leave something open that they could have told: the report knows of
    /// a device and the list of virtual ones does not, or the user is younger than the report.
    fn ask_for_devices(
        &mut self,
        reader: &Reader<'_>,
        users: &mut Vec<FleetUser>,
        exact: bool,
    ) -> Result<(), Error> {
        let lists_tell = self.virtual_devices.is_some() && self.report.is_some();
        let is_open = |user: &FleetUser| matches!(user.mfa, Mfa::Active | Mfa::Unknown);
        let asked: Vec<UserName> = users
            .iter()
            .filter(|user| exact || (lists_tell && is_open(user)))
            .map(|user| user.name.clone())
            .collect();
        let api = reader.connection.api();
        let answers = reader.each(&asked, |name| reader.patiently(|| api.list_mfa_devices(name)));
        let mut gone = HashSet::new();
        let mut found = HashMap::new();
        let mut failed = None;
        for (name, answer) in asked.into_iter().zip(answers) {
            match answer {
                Ok(devices) => {
                    found.insert(name, devices);
                }
                Err(Failure::Absent { .. }) => {
                    gone.insert(name);
                }
                Err(failure @ (Failure::Expired { .. } | Failure::CredentialsRefused { .. })) => {
                    return Err(failure.into());
                }
                Err(failure) => failed = Some(failure),
            }
        }
        if let Some(failure) = failed {
            self.remarks
                .push(Remark::new(Unseen::UserDevices, "iam:ListMFADevices", failure));
        }
        users.retain_mut(|user| {
            if let Some(devices) = found.remove(&user.name) {
                user.mfa = exactly(devices);
            }
            !gone.contains(&user.name)
        });
        Ok(())
    }

    fn root(&self) -> Root {
        let row = self.report.as_ref().and_then(|report| report.root.as_ref());
        let device = self
            .virtual_devices
            .as_ref()
            .and_then(|devices| devices.root.clone());
        let summary = self.root;
        Root {
            mfa: device
                .is_some()
                .then_some(true)
                .or_else(|| summary?.has_mfa)
                .or_else(|| row?.mfa),
            device,
            has_keys: summary
                .and_then(|summary| summary.has_keys)
                .or_else(|| row.map(|row| row.keys.iter().any(|key| key.active))),
            signed_in: row.map_or(LastUse::Unknown, |row| row.signed_in),
        }
    }

    fn unassigned(&self) -> Option<Vec<SerialNumber>> {
        self.virtual_devices
            .as_ref()
            .map(|devices| devices.nobody.clone())
    }

    fn astray(&self, users: &[ListedUser]) -> Vec<(SerialNumber, UserName)> {
        let there: HashSet<&UserName> = users.iter().map(|user| &user.name).collect();
        let owned = self.virtual_devices.iter().flat_map(|devices| &devices.users);
        let mut astray: Vec<_> = owned
            .filter(|(user, _)| !there.contains(user))
            .flat_map(|(user, devices)| devices.iter().map(|device| (device.serial.clone(), user.clone())))
            .collect();
        astray.sort_by(|one, other| one.0.as_str().cmp(other.0.as_str()));
        astray
    }
}

impl VirtualDevices {
    fn of(listed: Vec<MfaDevice>) -> Self {
        let mut devices = Self::default();
        for device in listed {
            match (device.user, device.enabled) {
                (Some(user), enabled) => devices.users.entry(user).or_default().push(FleetDevice {
                    serial: device.serial,
                    enabled,
                }),
                // Root is no user with a name.
                (None, Some(_)) => devices.root = Some(device.serial),
                (None, None) => devices.nobody.push(device.serial),
            }
        }
        devices
    }
}

fn exactly(devices: Vec<MfaDevice>) -> Mfa {
    if devices.is_empty() {
        return Mfa::Missing;
    }
    let device = |device: MfaDevice| FleetDevice {
        serial: device.serial,
        enabled: device.enabled,
    };
    Mfa::Devices {
        devices: devices.into_iter().map(device).collect(),
        complete: true,
    }
}

/// Keeps those without MFA where they are asked for, and gives those of whom it is not known.
fn decide(filter: &Filter, users: &mut Vec<FleetUser>) -> Vec<UserName> {
    if !filter.without_mfa {
        return vec![];
    }
    let open = users.iter().filter(|user| user.mfa.is_there().is_none());
    let undecided = open.map(|user| user.name.clone()).collect();
    users.retain(|user| user.mfa.is_there() == Some(false));
    undecided
}

fn ask_for_tags(
    reader: &Reader<'_>,
    request: &RosterRequest,
    users: &mut Vec<FleetUser>,
    remarks: &mut Vec<Remark>,
) -> Result<(), Error> {
    let wanted = &request.filter.tags;
    if wanted.is_empty() && !request.tags {
        return Ok(());
    }
    let api = reader.connection.api();
    let answers = reader.each(users, |user| reader.patiently(|| api.list_user_tags(&user.name)));
    let mut failed = None;
    for (user, answer) in users.iter_mut().zip(answers) {
        match answer {
            Ok(tags) => user.tags = Some(tags),
            // Deleted meanwhile; without tags, the filter leaves such a user out.
            Err(Failure::Absent { .. }) => {}
            Err(failure) if wanted.is_empty() => failed = Some(failure),
            Err(failure) => return Err(failure.into()),
        }
    }
    if let Some(failure) = failed {
        remarks.push(Remark::new(Unseen::UserTags, "iam:ListUserTags", failure));
    }
    let has = |tags: &[Tag]| wanted.iter().all(|tag| tags.contains(tag));
    users.retain(|user| wanted.is_empty() || user.tags.as_deref().is_some_and(has));
    Ok(())
}
