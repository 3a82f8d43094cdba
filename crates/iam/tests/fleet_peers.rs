//! A run on somebody else's server: five hundred users on moto, which verifies signatures and looks at no code.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use lockstep_device::backup::open::Keys;
use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_device::hand_off::HandOff;
use lockstep_device::store::fault::Faults;
use lockstep_iam::api::iam::Assignment;
use lockstep_iam::fleet::read::read;
use lockstep_iam::fleet::recipients::UserKey;
use lockstep_iam::fleet::roster::{Filter, Reader, RosterRequest};
use lockstep_iam::fleet::run::{RunRequest, begin, carry_on};
use lockstep_iam::fleet::running::Fleet;
use lockstep_iam::keys::KeyPair;
use lockstep_iam::name::DevicePath;
use lockstep_testing::peers::{Moto, Peers};
use support::{Person, World};
use zeroize::Zeroizing;

const USERS: usize = 500;

const MAKE_USERS: &str = "
import sys, boto3
iam = boto3.client('iam')
for number in range(1, int(sys.argv[1]) + 1):
    iam.create_user(UserName=f'user-{number:04}', Path='/staff/')
";

#[test]
fn five_hundred_users_of_moto_end_with_a_device_and_a_hand_off_each() {
    let Some(peers) = Peers::find() else { return };
    let moto = Moto::start(&peers, true);
    let mut script = peers.python();
    script
        .envs(moto.keys().env(&moto.endpoint()))
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .args(["-c", MAKE_USERS, &USERS.to_string()]);
    let made = script.output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let world = World::new();
    let admin = Person::new(&world, "admin");
    let keys = KeyPair::new(
        &format!("{:_<16}", moto.keys().access_key_id),
        &Zeroizing::new(moto.keys().secret_access_key.clone()),
    )
    .unwrap();
    let connection = admin.connect_to(&moto.endpoint(), keys).unwrap();
    let reader = Reader {
        connection: &connection,
        pace: &admin.hands,
        watch: &|_| {},
    };
    let staff = RosterRequest {
        filter: Filter {
            without_mfa: true,
            path: Some(DevicePath::try_from("/staff/".to_owned()).unwrap()),
            ..Filter::default()
        },
        ..RosterRequest::default()
    };
    let roster = read(&reader, &staff).unwrap();
    assert_eq!((roster.users.len(), roster.undecided.len()), (USERS, 0));
    let identity = RecoveryIdentity::generate();
    let key = UserKey::Recipients(vec![identity.recipient()]);
    let folder = tempfile::tempdir().unwrap();
    let request = RunRequest {
        users: roster
            .users
            .iter()
            .map(|user| (user.name.clone(), key.clone()))
            .collect(),
        hand_off: folder.path().to_owned(),
        path: DevicePath::default(),
        tags: vec![],
        keep_copies: false,
        together: None,
    };
    let report = admin.look(|authenticator| {
        let fleet = Fleet {
            authenticator,
            connection: &connection,
            source: "test",
            pace: &admin.hands,
            faults: Faults::none(),
        };
        let id = begin(&fleet, request).unwrap();
        carry_on(&fleet, &id, 4, &|_| ()).unwrap()
    });
    assert!(report.is_finished, "{:?}", report.stopped);
    let api = connection.api();
    let assigned = api.list_virtual_mfa_devices(Assignment::Assigned).unwrap();
    assert_eq!(assigned.len(), USERS);
    assert_eq!(api.list_virtual_mfa_devices(Assignment::Unassigned).unwrap(), []);
    for device in assigned {
        let user = device.user.unwrap();
        let file = std::fs::read(folder.path().join(format!("{user}@123456789012.lockstep"))).unwrap();
        let opened = HandOff::open("hand-off", &file, &Keys::none().with_recovery(&identity)).unwrap();
        assert_eq!(
            (opened.user.as_str(), opened.serial),
            (user.as_str(), device.serial)
        );
    }
    assert!(
        read(&reader, &staff).unwrap().users.is_empty(),
        "everybody has one now"
    );
}
