//! `aws`: devices, sessions and profiles in AWS.

mod activity;
mod configure;
pub(crate) mod connect;
mod credentials;
mod deeds;
pub(crate) mod devices;
pub(crate) mod doctor;
mod keys;
mod named;
mod pair;
mod sessions;

use lockstep_iam::policy::{Job, policy};

use crate::args::aws::{AwsCommand, KeysCommand, PolicyJob};
use crate::command::{Outcome, shown};
use crate::report::aws::PolicyReport;
use crate::session::Session;

pub(super) fn run(command: AwsCommand, session: &Session) -> Outcome {
    match command {
        AwsCommand::Whoami => devices::whoami(session),
        AwsCommand::Clock => devices::clock(session),
        AwsCommand::Enrol(args) => deeds::enrol(args, session),
        AwsCommand::Enable(args) => deeds::enable(args, session),
        AwsCommand::Pair { query } => pair::run(&query, session),
        AwsCommand::Devices { user, all } => devices::list(user, all, session),
        AwsCommand::DeviceTags { device } => devices::tags(&device, session),
        AwsCommand::Tag { device, tags } => devices::tag(&device, &tags, session),
        AwsCommand::Untag { device, keys } => devices::untag(&device, &keys, session),
        AwsCommand::Resync {
            device,
            user,
            codes_file,
        } => deeds::resync(&device, user, codes_file.as_deref(), session),
        AwsCommand::Deactivate(args) => deeds::deactivate(args, session),
        AwsCommand::Delete { device, yes } => deeds::delete(&device, yes, session),
        AwsCommand::Retire(args) => deeds::retire(args, session),
        AwsCommand::Rotate {
            query,
            no_verify,
            yes,
        } => deeds::rotate(&query, !no_verify, yes, session),
        AwsCommand::Session(args) => sessions::show(&args, session),
        AwsCommand::CredentialProcess(args) => sessions::credential_process(&args, session),
        AwsCommand::Exec(args) => sessions::exec(&args, session),
        AwsCommand::Env { session: args, shell } => sessions::env(&args, shell, session),
        AwsCommand::Configure(args) => configure::run(&args, session),
        AwsCommand::Policy { job, partition } => shown(PolicyReport(policy(job.into(), &partition))),
        AwsCommand::Activity { user } => activity::run(user.as_deref(), session),
        AwsCommand::Keys(KeysCommand::Add { name, key_file }) => {
            keys::add(&name, key_file.as_deref(), session)
        }
        AwsCommand::Keys(KeysCommand::List) => keys::list(session),
        AwsCommand::Keys(KeysCommand::Remove { name }) => keys::remove(&name, session),
    }
}

impl From<PolicyJob> for Job {
    fn from(job: PolicyJob) -> Self {
        match job {
            PolicyJob::EnrolSelf => Self::EnrolSelf,
            PolicyJob::ManageSelf => Self::ManageSelf,
            PolicyJob::Admin => Self::Admin,
            PolicyJob::Fleet => Self::Fleet,
            PolicyJob::Session => Self::Session,
        }
    }
}
