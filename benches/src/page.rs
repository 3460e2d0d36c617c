//! The page with the figures, `BENCHMARKS.md`: each bench writes its own part of it.

use std::path::{Path, PathBuf};

use crate::is_full;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Prints a part, and at full size puts it into the page, between the comments
/// `<!-- figures: name -->` and `<!-- end -->`.
pub fn write(name: &str, text: &str) {
    println!("\n{text}");
    if !is_full() {
        return;
    }
    let path = root().join("BENCHMARKS.md");
    let done = std::fs::read_to_string(&path)
        .ok()
        .and_then(|page| replaced(&page, name, text))
        .map(|page| std::fs::write(&path, page));
    if !matches!(done, Some(Ok(()))) {
        eprintln!("BENCHMARKS.md has no place for the figures \"{name}\"");
    }
}

fn replaced(page: &str, name: &str, text: &str) -> Option<String> {
    let begin = format!("<!-- figures: {name} -->");
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once("<!-- end -->")?;
    Some(format!(
        "{before}{begin}\n\n{}\n\n<!-- end -->{after}",
        text.trim()
    ))
}

/// Where a plot is written to: beside the page at full size, else where it bothers nobody.
pub fn plot(name: &str) -> PathBuf {
    let directory = if is_full() {
        root().join("benches/plots")
    } else {
        std::env::temp_dir()
    };
    let _ = std::fs::create_dir_all(&directory);
    directory.join(format!("{name}.svg"))
}

/// A table in Markdown, whose columns are as wide as what is in them; all but the first are
/// numbers.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widths = cells.map(|cell| cell.chars().count());
        widths.max().unwrap_or(0).max(head[column].chars().count())
    };
    let line = |cells: &[String]| {
        let cells = cells.iter().enumerate().map(|(column, cell)| {
            let width = width(column);
            if column == 0 {
                format!(" {cell:<width$} |")
            } else {
                format!(" {cell:>width$} |")
            }
        });
        format!("|{}\n", cells.collect::<String>())
    };
    let head_cells: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let rule: Vec<String> = (0..head.len())
        .map(|column| match column {
            0 => "-".repeat(width(column)),
            _ => format!("{}:", "-".repeat(width(column).saturating_sub(1))),
        })
        .collect();
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}{rows}", line(&head_cells), line(&rule))
}
