//! AWS: whose credentials the window works with.

use std::sync::Arc;

use lockstep_device::account::AccountId;
use lockstep_iam::variables::ShellSyntax;
use tauri::{AppHandle, State};

use crate::aws::choice::{AwsChoice, AwsChoices};
use crate::aws::configure::ProfileLine;
use crate::aws::connection::ConnectionView;
use crate::aws::deed::{SettledDeed, UnfinishedDeed};
use crate::aws::devices::{AwsDevices, AwsTag, DeviceDeed, DeviceDone, TypedCodes};
use crate::aws::page::PAGE_NAME;
use crate::aws::pair::{PairCode, PairView};
use crate::aws::protect::{OtherCode, PolicyFor, ProtectedView};
use crate::aws::sessions::AwsSession;
use crate::commands::{Reply, ask};
use crate::secret::SecretText;
use crate::shell::Shell;
use crate::window;

/// Whose credentials there are to choose from.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_choices(shell: State<'_, Arc<Shell>>) -> Reply<AwsChoices> {
    ask(shell, |shell| shell.aws_choices()).await
}

/// Connects with these, in place of those before.
#[tauri::command(async)]
#[specta::specta]
pub async fn connect_aws(shell: State<'_, Arc<Shell>>, choice: AwsChoice) -> Reply<ConnectionView> {
    ask(shell, move |shell| shell.connect_aws(choice)).await
}

/// Who the window is to AWS; nothing as long as nothing was chosen.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_connection(shell: State<'_, Arc<Shell>>) -> Reply<Option<ConnectionView>> {
    ask(shell, |shell| Ok(shell.aws_connection())).await
}

/// The devices of the user whose credentials these are.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_devices(shell: State<'_, Arc<Shell>>) -> Reply<AwsDevices> {
    ask(shell, |shell| shell.aws_devices()).await
}

/// Does this to a device; the codes are for one whose seed is elsewhere.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_device_deed(
    shell: State<'_, Arc<Shell>>,
    serial: String,
    deed: DeviceDeed,
    codes: Option<TypedCodes>,
) -> Reply<DeviceDone> {
    ask(shell, move |shell| shell.aws_device_deed(&serial, deed, codes)).await
}

/// The tags of a device.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_tags(shell: State<'_, Arc<Shell>>, serial: String) -> Reply<Vec<AwsTag>> {
    ask(shell, move |shell| shell.aws_tags(&serial)).await
}

/// Sets one, in place of one of that name.
#[tauri::command(async)]
#[specta::specta]
pub async fn set_aws_tag(
    shell: State<'_, Arc<Shell>>,
    serial: String,
    name: String,
    value: String,
) -> Reply<()> {
    ask(shell, move |shell| shell.set_aws_tag(&serial, &name, &value)).await
}

/// Takes one away.
#[tauri::command(async)]
#[specta::specta]
pub async fn remove_aws_tag(shell: State<'_, Arc<Shell>>, serial: String, name: String) -> Reply<()> {
    ask(shell, move |shell| shell.remove_aws_tag(&serial, name)).await
}

/// What was begun in AWS and is not finished.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_unfinished(shell: State<'_, Arc<Shell>>) -> Reply<Vec<UnfinishedDeed>> {
    ask(shell, |shell| shell.aws_unfinished()).await
}

/// Asks AWS what became of it, and finishes it or takes it back.
#[tauri::command(async)]
#[specta::specta]
pub async fn settle_aws(shell: State<'_, Arc<Shell>>) -> Reply<Vec<SettledDeed>> {
    ask(shell, |shell| shell.settle_aws()).await
}

/// Takes back an enrolment that broke off.
#[tauri::command(async)]
#[specta::specta]
pub async fn take_back_aws(shell: State<'_, Arc<Shell>>, serial: String) -> Reply<()> {
    ask(shell, move |shell| shell.take_back_aws(&serial)).await
}

/// Enrols a device for the user whose credentials these are.
#[tauri::command(async)]
#[specta::specta]
pub async fn protect(shell: State<'_, Arc<Shell>>, other: Option<OtherCode>) -> Reply<ProtectedView> {
    ask(shell, move |shell| shell.protect(other)).await
}

/// The person was told of it.
#[tauri::command(async)]
#[specta::specta]
pub async fn protect_told(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| shell.protect_told()).await
}

/// Lets the person name a file for a page with the QR code of a device, and writes it; nothing when none was named.
#[tauri::command(async)]
#[specta::specta]
pub async fn save_device_page(
    app: AppHandle,
    shell: State<'_, Arc<Shell>>,
    id: AccountId,
) -> Reply<Option<String>> {
    ask(shell, move |shell| {
        let path = window::name_file(&app, PAGE_NAME, window::PAGES);
        path.map(|path| shell.save_device_page(&id, &path)).transpose()
    })
    .await
}

/// The least policy for a job.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_policy(shell: State<'_, Arc<Shell>>, job: PolicyFor) -> Reply<String> {
    ask(shell, move |shell| shell.aws_policy(job)).await
}

/// Copies it.
#[tauri::command(async)]
#[specta::specta]
pub async fn copy_aws_policy(shell: State<'_, Arc<Shell>>, job: PolicyFor) -> Reply<()> {
    ask(shell, move |shell| shell.copy_aws_policy(job)).await
}

/// The two codes to type into the console now.
#[tauri::command(async)]
#[specta::specta]
pub async fn pair(shell: State<'_, Arc<Shell>>, id: AccountId) -> Reply<PairView> {
    ask(shell, move |shell| shell.pair(&id)).await
}

/// Copies one of them.
#[tauri::command(async)]
#[specta::specta]
pub async fn copy_pair_code(
    shell: State<'_, Arc<Shell>>,
    id: AccountId,
    step: u64,
    which: PairCode,
) -> Reply<u32> {
    ask(shell, move |shell| shell.copy_pair_code(&id, step, which)).await
}

/// AWS took the pair.
#[tauri::command(async)]
#[specta::specta]
pub async fn pair_taken(shell: State<'_, Arc<Shell>>, id: AccountId, step: u64) -> Reply<()> {
    ask(shell, move |shell| shell.pair_taken(&id, step)).await
}

/// The sessions of everybody there is to choose from.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_sessions(shell: State<'_, Arc<Shell>>) -> Reply<Vec<AwsSession>> {
    ask(shell, |shell| shell.aws_sessions()).await
}

/// A new session in place of one that is kept.
#[tauri::command(async)]
#[specta::specta]
pub async fn renew_aws_session(
    shell: State<'_, Arc<Shell>>,
    choice: AwsChoice,
    serial: Option<String>,
) -> Reply<AwsSession> {
    ask(shell, move |shell| {
        shell.renew_aws_session(&choice, serial.as_deref())
    })
    .await
}

/// Copies the session as commands for a terminal.
#[tauri::command(async)]
#[specta::specta]
pub async fn copy_aws_session(
    shell: State<'_, Arc<Shell>>,
    choice: AwsChoice,
    serial: Option<String>,
    terminal: ShellSyntax,
) -> Reply<u32> {
    ask(shell, move |shell| {
        shell.copy_aws_session(&choice, serial.as_deref(), terminal)
    })
    .await
}

/// What a profile would say to get sessions of these credentials.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_profile_line(
    shell: State<'_, Arc<Shell>>,
    profile: String,
    choice: AwsChoice,
    serial: Option<String>,
) -> Reply<ProfileLine> {
    ask(shell, move |shell| {
        shell.aws_profile_line(profile, &choice, serial.as_deref())
    })
    .await
}

/// Lets the profile say it.
#[tauri::command(async)]
#[specta::specta]
pub async fn write_aws_profile_line(
    shell: State<'_, Arc<Shell>>,
    profile: String,
    choice: AwsChoice,
    serial: Option<String>,
) -> Reply<ProfileLine> {
    ask(shell, move |shell| {
        shell.write_aws_profile_line(profile, &choice, serial.as_deref())
    })
    .await
}

/// Keeps an access key in the store.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_aws_key(
    shell: State<'_, Arc<Shell>>,
    name: String,
    id: String,
    secret: SecretText,
) -> Reply<()> {
    ask(shell, move |shell| shell.add_aws_key(&name, &id, secret)).await
}

/// Takes it out of the store.
#[tauri::command(async)]
#[specta::specta]
pub async fn remove_aws_key(shell: State<'_, Arc<Shell>>, name: String) -> Reply<()> {
    ask(shell, move |shell| shell.remove_aws_key(&name)).await
}

/// Forgets the connection.
#[tauri::command(async)]
#[specta::specta]
pub async fn disconnect_aws(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.disconnect_aws();
        Ok(())
    })
    .await
}
