//! The least policies for each job (IAM JSON policy language, version 2012-10-17). A job is what Lockstep does on the good
//! path and on the way back from a lost answer; without any one of the actions, one of these fails.

use serde_json::{Value, json};

/// What someone shall be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Enrol a first device for oneself.
    EnrolSelf,
    /// Do everything with one's own devices.
    ManageSelf,
    /// Do everything with anybody's devices.
    Admin,
    /// See who has MFA, enrol many, help who lost a device, and sweep what is left behind.
    Fleet,
    /// Take on roles in sessions with MFA. The sessions themselves need no permission.
    Session,
}

impl Job {
    /// Every job.
    pub const ALL: [Self; 5] = [
        Self::EnrolSelf,
        Self::ManageSelf,
        Self::Admin,
        Self::Fleet,
        Self::Session,
    ];

    /// Its actions on devices, on users, and on nothing in particular.
    fn actions(self) -> Actions {
        match self {
            Self::EnrolSelf => Actions {
                device: &["CreateVirtualMFADevice", "DeleteVirtualMFADevice"],
                user: &["EnableMFADevice", "ListMFADevices"],
                all: &["ListVirtualMFADevices"],
            },
            Self::ManageSelf | Self::Admin => Actions {
                device: &[
                    "CreateVirtualMFADevice",
                    "DeleteVirtualMFADevice",
                    "ListMFADeviceTags",
                    "TagMFADevice",
                    "UntagMFADevice",
                ],
                user: &[
                    "DeactivateMFADevice",
                    "EnableMFADevice",
                    "ListMFADevices",
                    "ResyncMFADevice",
                ],
                all: &["ListVirtualMFADevices"],
            },
            Self::Fleet => Actions {
                device: &["CreateVirtualMFADevice", "DeleteVirtualMFADevice", "TagMFADevice"],
                user: &[
                    "DeactivateMFADevice",
                    "EnableMFADevice",
                    "ListMFADevices",
                    "ListUserTags",
                ],
                all: &[
                    "GenerateCredentialReport",
                    "GetCredentialReport",
                    "ListUsers",
                    "ListVirtualMFADevices",
                ],
            },
            Self::Session => Actions {
                device: &[],
                user: &[],
                all: &[],
            },
        }
    }
}

struct Actions {
    device: &'static [&'static str],
    user: &'static [&'static str],
    all: &'static [&'static str],
}

/// The policy for this job in a partition (`aws`, `aws-cn`, `aws-us-gov`).
pub fn policy(job: Job, partition: &str) -> Value {
    let statement = |sid: &str, actions: &[&str], resources: Value| {
        let actions: Vec<String> = actions.iter().map(|action| format!("iam:{action}")).collect();
        json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources })
    };
    let arn = |resource: &str| format!("arn:{partition}:iam::*:{resource}");
    let actions = job.actions();
    let (devices, users) = match job {
        // A fresh name is the user's with random digits; where only the user's own is allowed, that one is taken.
        Job::EnrolSelf | Job::ManageSelf => (
            json!([arn("mfa/${aws:username}"), arn("mfa/${aws:username}-*")]),
            json!(arn("user/${aws:username}")),
        ),
        Job::Admin | Job::Fleet => (json!(arn("mfa/*")), json!(arn("user/*"))),
        Job::Session => {
            let assume = json!({
                "Sid": "Roles",
                "Effect": "Allow",
                "Action": ["sts:AssumeRole"],
                "Resource": arn("role/*"),
            });
            return document(&[assume]);
        }
    };
    document(&[
        statement("Devices", actions.device, devices),
        statement("Users", actions.user, users),
        statement("Lists", actions.all, json!("*")),
    ])
}

fn document(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}
