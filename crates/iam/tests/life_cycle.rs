//! A device's whole life, for everybody who may have one.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use lockstep_device::authenticator::backup_view::RestoreMode;
use lockstep_device::backup::open::Keys;
use lockstep_device::serial::SerialNumber;
use lockstep_iam::adopt::{Codes, adopt};
use lockstep_iam::api::failure::Failure;
use lockstep_iam::api::iam::Assignment;
use lockstep_iam::enrol::run::enrol;
use lockstep_iam::enrol::{EnrolRequest, Verified};
use lockstep_iam::error::{Error, ErrorClass};
use lockstep_iam::name::DeviceName;
use lockstep_iam::restored::{Since, compare_restored};
use lockstep_iam::resync::resync;
use lockstep_iam::retire::{deactivate, delete, retire};
use lockstep_iam::rotate::rotate;
use lockstep_iam::work::StepOutcome;
use lockstep_practice::partition::Partition;
use support::{Person, World};

fn serial(text: &str) -> SerialNumber {
    SerialNumber::try_from(text.to_owned()).unwrap()
}

#[test]
fn a_user_enrols_verifies_resyncs_rotates_and_retires() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let first = maya.enrol().unwrap();
    assert_eq!(first.verified, Verified::ByCode);
    maya.is_whole(1, "enrolled");

    let device = maya.held(first.serial.as_str());
    let codes = Codes::Account(device.clone());
    maya.work(|work| resync(work, &device.serial, &maya.user_name(), &codes))
        .unwrap();
    maya.is_whole(1, "resynced");

    let rotated = maya
        .work(|work| rotate(work, &device, &maya.user_name(), true))
        .unwrap();
    assert_eq!(rotated.enrolled.verified, Verified::ByCode);
    assert_ne!(rotated.enrolled.serial, first.serial);
    maya.is_whole(1, "rotated");

    let second = rotated.enrolled.serial;
    let retired = maya
        .work(|work| retire(work, &second, &maya.user_name()))
        .unwrap();
    assert_eq!(
        (retired.deactivated, retired.deleted),
        (StepOutcome::Done, StepOutcome::Done)
    );
    maya.is_whole(0, "retired");
}

#[test]
fn enrolment_waits_for_no_code_before_the_device_is_enabled() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let begun = lockstep_device::time::Clock::now(&world.hands).unwrap();
    maya.enrol_with(&EnrolRequest::default()).unwrap();
    assert_eq!(lockstep_device::time::Clock::now(&world.hands).unwrap(), begun);
}

#[test]
fn a_second_device_is_enrolled_in_a_session_with_the_first() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    maya.enrol().unwrap();
    maya.enrol().unwrap();
    maya.is_whole(2, "two devices");
}

#[test]
fn whoever_has_a_device_elsewhere_is_told_so_before_anything_is_made() {
    let world = World::new();
    Person::new(&world, "maya").enrol().unwrap();
    let elsewhere = Person::new(&world, "maya");
    let refused = elsewhere.enrol().unwrap_err();
    assert_eq!(refused.code(), "aws-mfa-required", "{refused}");
    assert_eq!(world.devices().len(), 1);
    assert_eq!(elsewhere.journal(), []);
}

#[test]
fn who_may_not_delete_or_tag_enrols_all_the_same() {
    let world = World::new();
    let noor = Person::new(&world, "noor");
    let enrolled = noor
        .enrol_with(&EnrolRequest {
            tags: vec!["team=payments".parse().unwrap()],
            verify: true,
            ..EnrolRequest::default()
        })
        .unwrap();
    assert_eq!(enrolled.verified, Verified::ByCode);
    noor.is_whole(1, "enrolled");
}

#[test]
fn who_may_name_a_device_only_like_himself_gets_one_of_that_name() {
    let world = World::new();
    let omar = Person::new(&world, "omar");
    let enrolled = omar.enrol().unwrap();
    assert_eq!(enrolled.serial.as_str(), "arn:aws:iam::123456789012:mfa/omar");
    omar.is_whole(1, "enrolled");
}

#[test]
fn who_may_do_nothing_is_told_which_action_is_missing() {
    let world = World::new();
    let pia = Person::new(&world, "pia");
    let refused = pia.enrol().unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Refused);
    let Error::Failure(Failure::Denied { action, resource, .. }) = &refused else {
        panic!("{refused}");
    };
    assert!(action.as_deref().unwrap().starts_with("iam:"), "{refused}");
    assert!(resource.is_some());
    pia.is_whole(0, "denied");
}

#[test]
fn an_administrator_enrols_resyncs_rotates_and_retires_for_somebody_else() {
    let world = World::new();
    let admin = Person::new(&world, "admin");
    let maya = lockstep_iam::name::UserName::try_from("maya".to_owned()).unwrap();
    let enrolled = admin
        .enrol_with(&EnrolRequest {
            user: Some(maya.clone()),
            verify: true,
            ..EnrolRequest::default()
        })
        .unwrap();
    assert_eq!(enrolled.verified, Verified::ByListing);
    let device = admin.held(enrolled.serial.as_str());
    assert!(admin.emits(device.serial.as_str()));

    world.hands.turn(120);
    let codes = Codes::Account(device.clone());
    admin
        .work(|work| resync(work, &device.serial, &maya, &codes))
        .unwrap();
    let rotated = admin.work(|work| rotate(work, &device, &maya, true)).unwrap();
    admin
        .work(|work| retire(work, &rotated.enrolled.serial, &maya))
        .unwrap();
    assert_eq!(world.devices(), []);
    assert_eq!(admin.serials(), Vec::<String>::new());
}

#[test]
fn retiring_again_changes_nothing_and_is_no_error() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = maya.enrol().unwrap().serial;
    maya.work(|work| retire(work, &device, &maya.user_name()))
        .unwrap();
    let admin = Person::new(&world, "admin");
    let again = admin
        .work(|work| retire(work, &device, &maya.user_name()))
        .unwrap();
    assert_eq!(
        (again.deactivated, again.deleted),
        (StepOutcome::Already, StepOutcome::Already)
    );
}

#[test]
fn the_two_halves_of_retiring_can_be_done_one_by_one() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = maya.enrol().unwrap().serial;
    let admin = Person::new(&world, "admin");
    let in_use = admin.work(|work| delete(work, &device)).unwrap_err();
    assert_eq!(in_use.code(), "aws-device-in-use");
    admin
        .work(|work| deactivate(work, &device, &maya.user_name()))
        .unwrap();
    assert_eq!(world.devices(), [(device.to_string(), None)]);
    admin.work(|work| delete(work, &device)).unwrap();
    assert_eq!(world.devices(), []);
}

#[test]
fn a_device_that_was_made_elsewhere_is_adopted_and_bound() {
    let world = World::new();
    let admin = Person::new(&world, "admin");
    let maya = lockstep_iam::name::UserName::try_from("maya".to_owned()).unwrap();
    // Somebody made it with other tools and hands the seed over.
    let name = DeviceName::try_from("made-elsewhere".to_owned()).unwrap();
    let connection = admin.connect().unwrap();
    let made = connection
        .api()
        .create_virtual_mfa_device(&name, &lockstep_iam::name::DevicePath::default())
        .unwrap();
    let added = admin.look(|authenticator| {
        authenticator
            .add(lockstep_device::account::NewAccount {
                label: lockstep_device::account::Label {
                    issuer: None,
                    name: "handed over".to_owned(),
                },
                params: lockstep_device::otp::params::OtpParams::DEFAULT_TOTP,
                seed: made.seed,
                tags: vec![],
                note: String::new(),
                aws: None,
            })
            .unwrap()
    });
    let codes = Codes::Account(lockstep_iam::work::Held {
        serial: made.serial.clone(),
        account: added.id.unwrap(),
    });
    admin
        .work(|work| adopt(work, &made.serial, &maya, &codes))
        .unwrap();
    assert!(admin.emits(made.serial.as_str()));
}

#[test]
fn a_hardware_token_is_given_to_a_user_with_two_typed_codes() {
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let world = World::new();
    let seed = || lockstep_device::seed::Seed::from_base32(SECRET).unwrap().seed;
    world
        .practice
        .with(|account| account.put_hardware_token("GAHT12345678", seed()));
    let admin = Person::new(&world, "admin");
    let maya = lockstep_iam::name::UserName::try_from("maya".to_owned()).unwrap();
    let now = world.practice.with(|account| account.now());
    let params = lockstep_device::otp::params::OtpParams::DEFAULT_TOTP;
    let pair = lockstep_device::otp::totp::pair_at(&params, &seed(), now).unwrap();
    let lines = format!("{}\n{}\n", pair.first.as_str(), pair.second.as_str());
    let codes = || Codes::typed(&lines).unwrap();
    let token = serial("GAHT12345678");

    let backwards = format!("{}\n{}\n", pair.second.as_str(), pair.first.as_str());
    let refused = admin
        .work(|work| adopt(work, &token, &maya, &Codes::typed(&backwards).unwrap()))
        .unwrap_err();
    assert_eq!(refused.code(), "aws-code-rejected");
    admin.work(|work| adopt(work, &token, &maya, &codes())).unwrap();
    // The same pair is not newer than itself.
    let again = admin
        .work(|work| resync(work, &token, &maya, &codes()))
        .unwrap_err();
    assert_eq!(again.code(), "aws-code-rejected");
    let retired = admin.work(|work| retire(work, &token, &maya)).unwrap();
    assert_eq!(
        (retired.deactivated, retired.deleted),
        (StepOutcome::Done, StepOutcome::Skipped)
    );
}

#[test]
fn keys_and_telephones_are_told_apart_and_can_be_deactivated() {
    use lockstep_iam::device::DeviceKind;

    let world = World::new();
    let (key, telephone) = world.practice.with(|account| {
        (
            account.put_fido_key("maya", "laptop"),
            account.put_sms_device("maya"),
        )
    });
    let admin = Person::new(&world, "admin");
    let maya = lockstep_iam::name::UserName::try_from("maya".to_owned()).unwrap();
    let connection = admin.connect().unwrap();
    let mut kinds: Vec<DeviceKind> = connection
        .api()
        .list_mfa_devices(&maya)
        .unwrap()
        .iter()
        .map(lockstep_iam::device::MfaDevice::kind)
        .collect();
    kinds.sort_by_key(|kind| format!("{kind:?}"));
    assert_eq!(kinds, [DeviceKind::Fido, DeviceKind::Sms]);
    for device in [key, telephone] {
        admin.work(|work| retire(work, &serial(&device), &maya)).unwrap();
    }
    assert_eq!(connection.api().list_mfa_devices(&maya).unwrap(), []);
}

#[test]
fn a_name_that_is_taken_is_said_and_replaced_only_when_asked() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let request = EnrolRequest {
        name: Some(DeviceName::try_from("laptop".to_owned()).unwrap()),
        verify: true,
        ..EnrolRequest::default()
    };
    maya.enrol_with(&request).unwrap();
    let refused = maya.enrol_with(&request).unwrap_err();
    assert_eq!(refused.code(), "aws-device-exists");
    maya.is_whole(1, "refused");
    let replaced = maya.enrol_with(&EnrolRequest {
        replace: true,
        ..request
    });
    replaced.unwrap();
    maya.is_whole(1, "replaced");
}

#[test]
fn the_ninth_device_is_refused_before_it_is_made() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    for _ in 0..8 {
        maya.enrol_with(&EnrolRequest::default()).unwrap();
    }
    let refused = maya.enrol().unwrap_err();
    assert_eq!(refused.code(), "aws-device-limit");
    maya.is_whole(8, "full");
}

#[test]
fn every_partition_is_derived_from_the_caller() {
    for (partition, serial) in [
        (Partition::China, "arn:aws-cn:iam::123456789012:mfa/"),
        (Partition::GovCloud, "arn:aws-us-gov:iam::123456789012:mfa/"),
    ] {
        let world = World::with(|options| options.partition = partition);
        let maya = Person::new(&world, "maya");
        let enrolled = maya.enrol().unwrap();
        assert!(
            enrolled.serial.as_str().starts_with(serial),
            "{}",
            enrolled.serial
        );
        let device = maya.held(enrolled.serial.as_str());
        maya.work(|work| rotate(work, &device, &maya.user_name(), true))
            .unwrap();
        maya.is_whole(1, serial);
    }
}

#[test]
fn where_a_user_may_have_one_device_a_rotation_is_refused_and_the_old_one_is_untouched() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let serial = maya.enrol().unwrap().serial;
    world.practice.with(|account| account.devices_per_user = 1);
    let device = maya.held(serial.as_str());
    let refused = maya
        .work(|work| rotate(work, &device, &maya.user_name(), true))
        .unwrap_err();
    assert_eq!(refused.code(), "aws-device-limit", "{refused}");
    maya.is_whole(1, "refused");
    assert_eq!(maya.serials(), [serial.to_string()]);
}

#[test]
fn short_pages_are_read_to_the_end() {
    let world = World::new();
    world.practice.with(|account| account.page_size = Some(1));
    let maya = Person::new(&world, "maya");
    for _ in 0..3 {
        maya.enrol_with(&EnrolRequest::default()).unwrap();
    }
    let tags = ["a=1", "b=2", "c=3"].map(|tag| tag.parse().unwrap());
    let admin = Person::new(&world, "admin");
    let connection = admin.connect().unwrap();
    let (api, user) = (connection.api(), maya.user_name());
    let devices = api.list_mfa_devices(&user).unwrap();
    assert_eq!(devices.len(), 3);
    assert_eq!(api.list_virtual_mfa_devices(Assignment::Any).unwrap().len(), 3);
    api.tag_mfa_device(&devices[0].serial, &tags).unwrap();
    assert_eq!(api.list_mfa_device_tags(&devices[0].serial).unwrap(), tags);
}

#[test]
fn whoever_never_saw_the_answer_and_asks_again_gets_the_same_device() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let request = EnrolRequest {
        verify: true,
        ..EnrolRequest::default()
    };
    let unseen = maya.work(|work| enrol(work, &request)).unwrap();
    let seen = maya.enrol_with(&request).unwrap();
    assert!(seen.resumed);
    assert_eq!(seen.serial, unseen.serial);
    maya.is_whole(1, "asked twice");
    assert_ne!(maya.enrol().unwrap().serial, unseen.serial, "a further device");
    maya.is_whole(2, "two devices");
}

#[test]
fn a_device_of_somebody_else_is_not_said_to_be_retired_already() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = maya.enrol().unwrap().serial;
    let token = serial("GAHT12345678");
    let admin = Person::new(&world, "admin");
    let noor = lockstep_iam::name::UserName::try_from("noor".to_owned()).unwrap();
    let wrong = admin.work(|work| retire(work, &device, &noor)).unwrap_err();
    assert_eq!(wrong.code(), "aws-device-assigned", "{wrong}");
    let nobody_s = admin.work(|work| retire(work, &token, &noor)).unwrap_err();
    assert_eq!(nobody_s.code(), "aws-device-missing", "{nobody_s}");
    let elsewhere = serial("arn:aws:iam::210987654321:mfa/maya");
    let other = admin.work(|work| retire(work, &elsewhere, &noor)).unwrap_err();
    assert_eq!(other.code(), "aws-other-account", "{other}");
    maya.is_whole(1, "untouched");
}

#[test]
fn adopting_with_the_codes_of_another_account_is_refused_even_when_the_device_works() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let first = maya.enrol().unwrap().serial;
    let second = maya.enrol().unwrap().serial;
    world.hands.turn(120);
    let codes = Codes::Account(maya.held(second.as_str()));
    let refused = maya
        .work(|work| adopt(work, &first, &maya.user_name(), &codes))
        .unwrap_err();
    assert_eq!(refused.code(), "aws-code-rejected", "{refused}");
    maya.is_whole(2, "nothing was bound to the wrong one");
}

#[test]
fn who_may_not_delete_replaces_a_device_and_the_old_one_is_left_to_somebody_who_may() {
    let world = World::new();
    let noor = Person::new(&world, "noor");
    let old = noor.enrol().unwrap().serial;
    let held = noor.held(old.as_str());
    let rotated = noor
        .work(|work| rotate(work, &held, &noor.user_name(), true))
        .unwrap();
    assert_eq!(rotated.retired.deactivated, StepOutcome::Done);
    assert_eq!(rotated.retired.deleted, StepOutcome::Failed);
    assert_eq!(noor.serials(), [rotated.enrolled.serial.to_string()]);
    assert!(world.devices().contains(&(old.to_string(), None)));
    let admin = Person::new(&world, "admin");
    admin.work(|work| delete(work, &old)).unwrap();
    noor.work(lockstep_iam::settle::settle).unwrap();
    noor.is_whole(1, "replaced");
}

#[test]
fn what_came_back_from_a_backup_is_compared_with_aws() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let (kept, retired) = (maya.enrol().unwrap().serial, maya.enrol().unwrap().serial);
    let backup = maya.look(|authenticator| {
        let made = authenticator.back_up_now().unwrap();
        let file = std::fs::read(made.path).unwrap();
        authenticator.open_backup("backup", &file, Keys::none()).unwrap()
    });
    maya.hands.turn(60);
    maya.work(|work| retire(work, &retired, &maya.user_name()))
        .unwrap();
    // The machine is lost, and everything comes back.
    maya.look(|authenticator| {
        for account in authenticator.accounts().accounts {
            authenticator.remove(&account.id).unwrap();
        }
        for account in authenticator.trash() {
            authenticator.purge(&account.id).unwrap();
        }
        authenticator
            .restore_backup(&backup, RestoreMode::Merge, None)
            .unwrap();
        let accounts = authenticator.accounts().accounts;
        assert!(
            accounts.iter().all(|account| account.unchecked_since.is_some()),
            "{accounts:?}"
        );
    });
    let compared = maya.work(|work| Ok(compare_restored(work))).unwrap();
    let since: Vec<(String, Since)> = compared
        .into_iter()
        .map(|one| (one.serial.to_string(), one.outcome.unwrap()))
        .collect();
    assert_eq!(
        since,
        [
            (kept.to_string(), Since::Unchanged),
            (retired.to_string(), Since::Retired)
        ]
    );
    assert_eq!(maya.serials(), [kept.to_string()]);
    assert!(maya.emits(kept.as_str()));
    maya.look(|authenticator| {
        assert_eq!(authenticator.trash()[0].serial.as_deref(), Some(retired.as_str()));
        assert_eq!(authenticator.accounts().accounts[0].unchecked_since, None);
    });
    assert!(maya.work(|work| Ok(compare_restored(work))).unwrap().is_empty());
}
