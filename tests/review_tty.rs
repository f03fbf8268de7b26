//! Reviewing on a real terminal, which tmux stands in for: keys in, screens out.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const SPUN: &str = include_str!("../fixtures/restore/rare_attack/input.txt");
const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal of its own, with a server of its own.
struct Tmux {
    socket: String,
}

impl Tmux {
    /// A shell in `folder`, 80 by 24.
    fn start(folder: &Path, name: &str) -> Tmux {
        let tmux = Tmux { socket: format!("despin-{name}-{}", std::process::id()) };
        let folder = folder.to_str().unwrap();
        tmux.run(&["-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-c", folder, "sh"]);
        tmux.run(&["set-option", "-g", "window-size", "manual"]);
        tmux
    }

    fn run(&self, args: &[&str]) -> String {
        let done = Command::new("tmux").args(["-L", &self.socket]).args(args).output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    fn keys(&self, keys: &[&str]) {
        for key in keys {
            self.run(&["send-keys", key]);
        }
    }

    fn type_in(&self, text: &str) {
        self.run(&["send-keys", "-l", text]);
        self.keys(&["Enter"]);
    }

    fn screen(&self) -> String {
        self.run(&["capture-pane", "-p"])
    }

    /// The screen, once it has `wanted`.
    fn wait_for(&self, wanted: &str) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if screen.contains(wanted) {
                return screen;
            }
            assert!(start.elapsed() < PATIENCE, "no {wanted:?} on\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = Command::new("tmux").args(["-L", &self.socket, "kill-server"]).output();
    }
}

/// True where tmux can be run. In continuous integration its absence is a fault.
fn has_tmux(test: &str) -> bool {
    let is_there = Command::new("tmux").arg("-V").output().is_ok_and(|done| done.status.success());
    assert!(is_there || std::env::var_os("CI").is_none(), "{test}: tmux is missing");
    if !is_there {
        eprintln!("{test}: skipped, since tmux is missing");
    }
    is_there
}

fn command() -> String {
    format!("{} review a.txt; echo code $?", env!("CARGO_BIN_EXE_despin"))
}

#[test]
fn a_sitting_with_resize_undo_and_a_second_sitting() {
    if !has_tmux("a_sitting_with_resize_undo_and_a_second_sitting") {
        return;
    }
    let desk = tempfile::tempdir().unwrap();
    fs::write(desk.path().join("a.txt"), SPUN).unwrap();
    let tmux = Tmux::start(desk.path(), "sitting");
    tmux.type_in(&command());
    let screen = tmux.wait_for("0/67 decided");
    assert!(screen.contains("[-assault-]{+attack+}") && screen.contains("y accept"), "{screen}");
    tmux.keys(&["?"]);
    tmux.wait_for("take the last decision back");
    tmux.keys(&["Escape"]);
    tmux.wait_for("y accept");

    // Accept, reject, take the rejection back, put off.
    tmux.keys(&["y"]);
    tmux.wait_for("1/67 decided");
    tmux.keys(&["n"]);
    tmux.wait_for("2/67 decided");
    tmux.keys(&["u"]);
    tmux.wait_for("1/67 decided");
    tmux.keys(&["j", "k", "s"]);

    // Narrow, and as it was.
    tmux.run(&["resize-window", "-x", "40", "-y", "20"]);
    let narrow = tmux.wait_for("/67");
    assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
    tmux.run(&["resize-window", "-x", "120", "-y", "30"]);
    tmux.wait_for("y accept");

    // A search, all places of a pair, own words.
    tmux.keys(&["/"]);
    tmux.type_in("mentioned");
    // The first change in a sentence with the word.
    tmux.wait_for("change    native → local");
    tmux.keys(&["j"]);
    tmux.wait_for("change    mentioned → said");
    tmux.keys(&["a"]);
    let n_mentioned = SPUN.matches("mentioned").count();
    tmux.wait_for(&format!("{}/67 decided", 1 + n_mentioned));
    tmux.wait_for("change    combating → fighting");
    tmux.keys(&["e", "C-u"]);
    tmux.type_in("clashes");
    tmux.wait_for(&format!("{}/67 decided", 2 + n_mentioned));
    tmux.keys(&["G", "g", "q"]);
    tmux.wait_for("code 0");
    assert_eq!(fs::read_to_string(desk.path().join("a.txt")).unwrap(), SPUN, "nothing is written until told");
    let kept = fs::read_to_string(desk.path().join(".despin/decisions.jsonl")).unwrap();
    assert!(kept.contains(r#""before":"assault","after":"attack","decision":"accept""#), "{kept}");
    assert!(kept.contains(r#""decision":"rewrite","text":"clashes""#), "{kept}");
    assert!(!kept.contains(r#""decision":"reject""#), "what was taken back leaves no trace: {kept}");

    // The next day only what is open is shown.
    tmux.type_in("clear");
    tmux.type_in(&command());
    let screen = tmux.wait_for("y accept");
    assert!(!screen.contains("mentioned → said"), "{screen}");
    tmux.keys(&["n"]);
    // A rival by its number.
    tmux.keys(&["/"]);
    tmux.type_in("in search of");
    tmux.keys(&["j", "j"]);
    tmux.wait_for("rivals    1 searching for");
    tmux.keys(&["1"]);
    tmux.wait_for("e in search of → searching for");
    tmux.keys(&["q"]);
    tmux.wait_for("code 0");

    let done = Command::new(env!("CARGO_BIN_EXE_despin"))
        .args(["review", "--decisions", ".despin/decisions.jsonl", "-w", "a.txt"])
        .current_dir(desk.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let written = fs::read_to_string(desk.path().join("a.txt")).unwrap();
    assert!(written.contains("clashes") && !written.contains("mentioned"), "{written}");
    assert!(written.contains("searching for") && !written.contains("in search of"), "{written}");
}

/// True while the process of `pid` is there and no zombie.
fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

fn wait_until_gone(pid: &str) {
    let start = Instant::now();
    while is_alive(pid) {
        assert!(start.elapsed() < PATIENCE, "{pid} goes on");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn it_ends_with_its_terminal_and_by_signal_and_loses_nothing() {
    if !has_tmux("it_ends_with_its_terminal_and_by_signal_and_loses_nothing") {
        return;
    }
    for is_signalled in [true, false] {
        let desk = tempfile::tempdir().unwrap();
        fs::write(desk.path().join("a.txt"), SPUN).unwrap();
        let tmux = Tmux::start(desk.path(), if is_signalled { "signal" } else { "hangup" });
        tmux.type_in(&format!("exec {} review a.txt", env!("CARGO_BIN_EXE_despin")));
        tmux.wait_for("0/67 decided");
        tmux.keys(&["y"]);
        tmux.wait_for("1/67 decided");
        let pid = tmux.run(&["display-message", "-p", "#{pane_pid}"]).trim().to_string();
        assert!(is_alive(&pid));
        match is_signalled {
            true => _ = Command::new("kill").args(["-TERM", &pid]).status().unwrap(),
            false => _ = tmux.run(&["kill-server"]),
        }
        wait_until_gone(&pid);
        let kept = fs::read_to_string(desk.path().join(".despin/decisions.jsonl")).unwrap();
        assert!(kept.contains(r#""decision":"accept""#), "{kept}");
    }
}

#[test]
fn proposed_entries_are_decided_about_like_changes() {
    if !has_tmux("proposed_entries_are_decided_about_like_changes") {
        return;
    }
    let desk = tempfile::tempdir().unwrap();
    let columns = "# columns: spun original class weight evidence note state reason count places forms share base ambiguity example\n";
    let entries = "assault\tattack\tverb\t0.7\tmined\t\tadd\tboth sides inflect in step\t2\t2\t2\t1\t9\t1\tan [assault|attack] on the pier\n\
                   duty\tresponsibility\tphrase\t0.5\tmined\t\tambiguous\tordinary English, seen in one text\t1\t1\t1\t1\t40\t1\t\n\
                   uncommon\trare\tphrase\t0.8\tmined\t\tadd\tseen in several texts\t3\t3\t1\t1\t2\t1\t\n";
    fs::write(desk.path().join("p.tsv"), format!("{columns}{entries}")).unwrap();
    let tmux = Tmux::start(desk.path(), "entries");
    let command = format!("{} dict review p.tsv -f mine.tsv; echo code $?", env!("CARGO_BIN_EXE_despin"));
    tmux.type_in(&command);
    let screen = tmux.wait_for("0/3 decided");
    assert!(screen.contains("[-assault-]{+attack+}") && screen.contains("an [assault|attack] on"), "{screen}");
    assert!(screen.contains("both sides"), "{screen}");
    tmux.keys(&["y"]);
    tmux.wait_for("1/3 decided");
    tmux.keys(&["n"]);
    tmux.wait_for("2/3 decided");
    tmux.keys(&["e", "C-u"]);
    tmux.type_in("unusual");
    tmux.wait_for("3/3 decided");
    tmux.keys(&["q"]);
    tmux.wait_for("code 0");
    let mine = fs::read_to_string(desk.path().join("mine.tsv")).unwrap();
    let lines: Vec<&str> = mine.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines, ["assault\tattack\tverb\t0.7\tmined", "uncommon\tunusual\tphrase\t0.8\tdecided"]);
}
