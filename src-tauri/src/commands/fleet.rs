//! The fleet: all users of the account, enrolled, helped and reported on.

use std::sync::Arc;

use tauri::{AppHandle, State};

use crate::commands::{Reply, ask};
use crate::fleet::accounts::{AccountsWay, NamedAccount};
use crate::fleet::enrolling::{Begun, ChosenUser, EnrolPlan};
use crate::fleet::recovering::Recovered;
use crate::fleet::report::FleetFormat;
use crate::fleet::run_view::FleetRun;
use crate::fleet::seals::HandOffWay;
use crate::fleet::seen::FleetRequest;
use crate::fleet::sweeping::SweepView;
use crate::fleet::view::{FleetDeviceView, FleetView};
use crate::shell::Shell;
use crate::window::{self, ChosenPath};

/// Reads users of the account.
#[tauri::command(async)]
#[specta::specta]
pub async fn read_fleet(shell: State<'_, Arc<Shell>>, asked: FleetRequest) -> Reply<FleetView> {
    ask(shell, move |shell| shell.read_fleet(asked)).await
}

/// Which accounts a list names.
#[tauri::command(async)]
#[specta::specta]
pub async fn name_accounts(shell: State<'_, Arc<Shell>>, way: AccountsWay) -> Reply<Vec<NamedAccount>> {
    ask(shell, move |shell| shell.name_accounts(&way)).await
}

/// Lets the person choose a path for one of the fields; nothing when none was chosen.
#[tauri::command(async)]
#[specta::specta]
pub async fn choose_fleet_path(
    app: AppHandle,
    shell: State<'_, Arc<Shell>>,
    what: ChosenPath,
) -> Reply<Option<String>> {
    ask(shell, move |_| Ok(window::choose_path(&app, what))).await
}

/// Looks what enrolling these users would do.
#[tauri::command(async)]
#[specta::specta]
pub async fn plan_enrolling(
    shell: State<'_, Arc<Shell>>,
    users: Vec<ChosenUser>,
    way: HandOffWay,
) -> Reply<EnrolPlan> {
    ask(shell, move |shell| shell.plan_enrolling(&users, &way)).await
}

/// Begins what was planned; what the run is called.
#[tauri::command(async)]
#[specta::specta]
pub async fn begin_enrolling(shell: State<'_, Arc<Shell>>) -> Reply<Begun> {
    ask(shell, Shell::begin_enrolling).await
}

/// Forgets the plan.
#[tauri::command(async)]
#[specta::specta]
pub async fn discard_plan(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.discard_plan();
        Ok(())
    })
    .await
}

/// All runs there are.
#[tauri::command(async)]
#[specta::specta]
pub async fn fleet_runs(shell: State<'_, Arc<Shell>>) -> Reply<Vec<FleetRun>> {
    ask(shell, |shell| shell.fleet_runs()).await
}

/// How one run stands.
#[tauri::command(async)]
#[specta::specta]
pub async fn fleet_run(shell: State<'_, Arc<Shell>>, run: String) -> Reply<FleetRun> {
    ask(shell, move |shell| shell.fleet_run(&run)).await
}

/// Goes on with a run.
#[tauri::command(async)]
#[specta::specta]
pub async fn resume_fleet_run(shell: State<'_, Arc<Shell>>, run: String) -> Reply<()> {
    ask(shell, move |shell| shell.resume_fleet_run(&run)).await
}

/// Lets the run begin nothing more.
#[tauri::command(async)]
#[specta::specta]
pub async fn stop_fleet_run(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.stop_fleet_run();
        Ok(())
    })
    .await
}

/// Lets the person name a file, and writes what became of each user of a run to it; nothing when none was named.
#[tauri::command(async)]
#[specta::specta]
pub async fn save_run_report(
    app: AppHandle,
    shell: State<'_, Arc<Shell>>,
    run: String,
) -> Reply<Option<String>> {
    ask(shell, move |shell| {
        let files = FleetFormat::Csv.files();
        let path = window::name_file(&app, &format!("enrolment-{run}.csv"), &[files]);
        path.map(|path| shell.save_run_report(&run, &path)).transpose()
    })
    .await
}

/// Shows the folder of a run's hand-offs in the system's file manager.
#[tauri::command(async)]
#[specta::specta]
pub async fn show_hand_offs(shell: State<'_, Arc<Shell>>, run: String) -> Reply<()> {
    ask(shell, move |shell| {
        let folder = shell.fleet_run(&run)?.folder;
        window::show_folder(folder.as_ref())
    })
    .await
}

/// The devices that a user has at this moment.
#[tauri::command(async)]
#[specta::specta]
pub async fn fleet_devices(shell: State<'_, Arc<Shell>>, user: ChosenUser) -> Reply<Vec<FleetDeviceView>> {
    ask(shell, move |shell| shell.fleet_devices(&user)).await
}

/// Takes every device from a user, and enrols a new one if there is a way to hand it over.
#[tauri::command(async)]
#[specta::specta]
pub async fn recover_user(
    shell: State<'_, Arc<Shell>>,
    user: ChosenUser,
    anew: Option<HandOffWay>,
) -> Reply<Recovered> {
    ask(shell, move |shell| shell.recover_user(&user, anew.as_ref())).await
}

/// The virtual devices that are nobody's.
#[tauri::command(async)]
#[specta::specta]
pub async fn plan_sweep(shell: State<'_, Arc<Shell>>) -> Reply<SweepView> {
    ask(shell, |shell| shell.plan_sweep()).await
}

/// Deletes those that were shown and may go.
#[tauri::command(async)]
#[specta::specta]
pub async fn sweep_fleet(shell: State<'_, Arc<Shell>>) -> Reply<SweepView> {
    ask(shell, |shell| shell.sweep_fleet()).await
}

/// Lets the person name a file, and writes the report to it; nothing when none was named.
#[tauri::command(async)]
#[specta::specta]
pub async fn save_fleet_report(
    app: AppHandle,
    shell: State<'_, Arc<Shell>>,
    format: FleetFormat,
) -> Reply<Option<String>> {
    ask(shell, move |shell| {
        let path = window::name_file(&app, &shell.fleet_report_name(format)?, &[format.files()]);
        path.map(|path| shell.save_fleet_report(format, &path))
            .transpose()
    })
    .await
}
