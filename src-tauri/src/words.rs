//! What is said outside of the window: in the tray's menu and in the system's dialogues, in each language. A text that one
//! of them lacks does not compile.

use crate::settings::Language;

/// What a language says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Brings the window up.
    pub show: &'static str,
    /// Locks.
    pub lock: &'static str,
    /// Ends the app.
    pub quit: &'static str,
    /// The root user of an AWS account.
    pub root: &'static str,
    /// Pictures that may hold QR codes.
    pub pictures: &'static str,
    /// What other apps export, and lists of links.
    pub exports: &'static str,
    /// Backups of Lockstep.
    pub backups: &'static str,
    /// Devices that were enrolled for the person.
    pub hand_offs: &'static str,
    /// Plain text.
    pub text: &'static str,
    /// `otpauth://` links.
    pub links: &'static str,
    /// Files of every kind.
    pub all_files: &'static str,
}

impl Words {
    /// Those of a language; English as long as the system's is not known.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::System | Language::English => &ENGLISH,
            Language::German => &GERMAN,
            Language::Spanish => &SPANISH,
            Language::French => &FRENCH,
            Language::Japanese => &JAPANESE,
            Language::SimplifiedChinese => &SIMPLIFIED_CHINESE,
        }
    }
}

const ENGLISH: Words = Words {
    show: "Show Lockstep",
    lock: "Lock",
    quit: "Quit",
    root: "root user",
    pictures: "Pictures",
    exports: "Other apps’ files",
    backups: "Backups",
    hand_offs: "Hand-offs",
    text: "Text",
    links: "Links",
    all_files: "All files",
};

const GERMAN: Words = Words {
    show: "Lockstep anzeigen",
    lock: "Sperren",
    quit: "Beenden",
    root: "Root-Benutzer",
    pictures: "Bilder",
    exports: "Dateien anderer Apps",
    backups: "Sicherungen",
    hand_offs: "Übergaben",
    text: "Text",
    links: "Links",
    all_files: "Alle Dateien",
};

const SPANISH: Words = Words {
    show: "Mostrar Lockstep",
    lock: "Bloquear",
    quit: "Salir",
    root: "usuario raíz",
    pictures: "Imágenes",
    exports: "Archivos de otras aplicaciones",
    backups: "Copias de seguridad",
    hand_offs: "Entregas",
    text: "Texto",
    links: "Enlaces",
    all_files: "Todos los archivos",
};

const FRENCH: Words = Words {
    show: "Afficher Lockstep",
    lock: "Verrouiller",
    quit: "Quitter",
    root: "utilisateur root",
    pictures: "Images",
    exports: "Fichiers d’autres applications",
    backups: "Sauvegardes",
    hand_offs: "Remises",
    text: "Texte",
    links: "Liens",
    all_files: "Tous les fichiers",
};

const JAPANESE: Words = Words {
    show: "Lockstep を表示",
    lock: "ロック",
    quit: "終了",
    root: "ルートユーザー",
    pictures: "画像",
    exports: "他のアプリのファイル",
    backups: "バックアップ",
    hand_offs: "引き渡し",
    text: "テキスト",
    links: "リンク",
    all_files: "すべてのファイル",
};

const SIMPLIFIED_CHINESE: Words = Words {
    show: "显示 Lockstep",
    lock: "锁定",
    quit: "退出",
    root: "根用户",
    pictures: "图片",
    exports: "其他应用的文件",
    backups: "备份",
    hand_offs: "交接文件",
    text: "文本",
    links: "链接",
    all_files: "所有文件",
};
