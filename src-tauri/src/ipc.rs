//! The commands and events, collected once: for the running app and for the TypeScript bindings.

use std::path::Path;

use specta_typescript::Typescript;
use tauri::Wry;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

use crate::announce::{
    AccountsChanged, ArgumentsCame, BackupsChanged, ClipboardCleared, FleetMoved, StageChanged, Woke,
};
use crate::aws::deed::DeedProgress;
use crate::commands::{
    accounts, activity, adding, aws, backups, camera, codes, fleet, hand_offs, settings, stage, surroundings,
};

/// Everything the window may ask for and hear.
#[expect(clippy::too_many_lines, reason = "it is a list of names")]
pub fn builder() -> Builder<Wry> {
    Builder::new()
        .commands(collect_commands![
            stage::first_look,
            stage::status,
            stage::retry,
            stage::create_vault,
            stage::unlock_vault,
            stage::lock,
            accounts::listed,
            accounts::edit,
            accounts::remove,
            accounts::restore,
            accounts::purge,
            accounts::move_account,
            codes::codes,
            codes::next_hotp_code,
            codes::copy_code,
            adding::other_apps,
            adding::add_paths,
            adding::add_clipboard,
            adding::add_text,
            adding::add_typed,
            adding::choose_images,
            adding::add_password,
            adding::add_arguments,
            adding::add_screen,
            adding::add_region,
            camera::cameras,
            camera::open_camera,
            camera::look,
            camera::close_camera,
            adding::preview,
            adding::keep,
            adding::discard_preview,
            backups::backup_status,
            backups::back_up_now,
            backups::set_backups,
            backups::set_backups_kept,
            backups::choose_backup_folder,
            backups::passphrase_strength,
            backups::create_backup,
            backups::save_kit,
            backups::choose_backup,
            backups::hold_backup,
            backups::held_backup,
            backups::unlock_backup,
            backups::restore_backup,
            backups::verify_backup,
            backups::copy_backup_path,
            backups::discard_backup,
            backups::export_accounts,
            hand_offs::held_hand_off,
            hand_offs::unlock_hand_off,
            hand_offs::choose_identity,
            hand_offs::add_hand_off,
            hand_offs::discard_hand_off,
            aws::aws_choices,
            aws::connect_aws,
            aws::aws_connection,
            aws::disconnect_aws,
            aws::aws_devices,
            aws::aws_device_deed,
            aws::aws_tags,
            aws::set_aws_tag,
            aws::remove_aws_tag,
            aws::aws_unfinished,
            aws::settle_aws,
            aws::take_back_aws,
            aws::protect,
            aws::protect_told,
            aws::save_device_page,
            aws::aws_policy,
            aws::copy_aws_policy,
            aws::pair,
            aws::copy_pair_code,
            aws::pair_taken,
            aws::aws_sessions,
            aws::renew_aws_session,
            aws::copy_aws_session,
            aws::aws_profile_line,
            aws::write_aws_profile_line,
            aws::add_aws_key,
            aws::remove_aws_key,
            fleet::read_fleet,
            fleet::name_accounts,
            fleet::choose_fleet_path,
            fleet::plan_enrolling,
            fleet::begin_enrolling,
            fleet::discard_plan,
            fleet::fleet_runs,
            fleet::fleet_run,
            fleet::resume_fleet_run,
            fleet::stop_fleet_run,
            fleet::save_run_report,
            fleet::show_hand_offs,
            fleet::fleet_devices,
            fleet::recover_user,
            fleet::plan_sweep,
            fleet::sweep_fleet,
            fleet::save_fleet_report,
            settings::set_settings,
            activity::activity,
            activity::export_activity,
            stage::store_move,
            stage::move_store,
            surroundings::surroundings,
            surroundings::start_at_login,
            surroundings::somebody_is_there,
            surroundings::take_system_language,
        ])
        .events(collect_events![
            StageChanged,
            AccountsChanged,
            BackupsChanged,
            ClipboardCleared,
            DeedProgress,
            ArgumentsCame,
            Woke,
            FleetMoved
        ])
        .error_handling(ErrorHandlingMode::Result)
        // Answers and arguments share one shape: nothing here is written otherwise than it is read.
        .disable_serde_phases()
        // Seconds since 1970, time steps and counters stay below 2^53.
        .dangerously_cast_bigints_to_number()
}

/// Writes the bindings of [`builder`] to `path`.
pub fn export(path: &Path) -> Result<(), specta_typescript::Error> {
    builder().export(Typescript::default(), path)
}
