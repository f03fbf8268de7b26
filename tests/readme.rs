//! The README's transcripts are what the program prints. `DESPIN_UPDATE=1 cargo test --test readme` writes them anew.

use std::path::Path;
use std::process::Command;

#[test]
fn transcripts_are_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let mut made = String::new();
    let mut is_inside = false;
    let mut n_commands = 0;
    for line in readme.lines() {
        if let Some(command) = line.strip_prefix("$ despin ").filter(|_| is_inside) {
            let output = Command::new(env!("CARGO_BIN_EXE_despin"))
                .args(command.split(' '))
                .current_dir(root)
                .env("NO_COLOR", "1")
                .env("COLUMNS", "100")
                .output()
                .unwrap();
            assert!(output.stderr.is_empty(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
            made.push_str(&format!("{line}\n{}", String::from_utf8(output.stdout).unwrap()));
            n_commands += 1;
            continue;
        }
        match line {
            "```console" => is_inside = true,
            "```" => is_inside = false,
            _ if is_inside => continue,
            _ => {}
        }
        made.push_str(line);
        made.push('\n');
    }
    assert!(n_commands >= 3, "the README shows too little");
    if std::env::var_os("DESPIN_UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    } else {
        assert!(made == readme, "the README is out of date; DESPIN_UPDATE=1 cargo test --test readme");
    }
}
