use super::*;

fn output() -> Result<String, Box<dyn Error>> {
    let mut out = Vec::new();
    run(&mut out)?;
    Ok(String::from_utf8(out)?)
}

/// What is printed about a call, up to the next step.
fn step<'a>(output: &'a str, words: &str) -> &'a str {
    let start = output
        .find(words)
        .unwrap_or_else(|| panic!("no step: {words}"));
    let rest = &output[start..];
    rest.find("\n# ").map_or(rest, |end| &rest[..end])
}

/// Whether a step says these, and how many rows it points at.
fn check(step: &str, says: &[&str], rows: usize) {
    for words in says {
        assert!(step.contains(words), "{step}");
    }
    assert_eq!(step.matches("<--").count(), rows, "{step}");
}

#[test]
fn each_step_shows_the_call_and_its_sql() -> Result<(), Box<dyn Error>> {
    let output = output()?;
    let delete = step(&output, "A soft delete sets the marker");
    let call = "  User::soft_delete_by_id(2)\n";
    let sql = "UPDATE `users` SET `deleted_at` = ? WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NULL)";
    check(delete, &[call, sql, "rows changed: 1"], 1);
    Ok(())
}

#[test]
fn a_second_delete_changes_nothing() -> Result<(), Box<dyn Error>> {
    let output = output()?;
    let again = step(&output, "Deleting it again");
    check(again, &["rows changed: 0"], 0);
    Ok(())
}

#[test]
fn the_scopes_find_what_they_say() -> Result<(), Box<dyn Error>> {
    let output = output()?;
    let names = |words| {
        let step = step(&output, words);
        ["Ada", "Ben", "Cleo"]
            .into_iter()
            .filter(|name| step.contains(&format!("\"{name}\"")))
            .collect::<Vec<_>>()
    };
    assert_eq!(names("A model's query"), ["Ada", "Ben", "Cleo"]);
    assert_eq!(names("The same query as before"), ["Ada"]);
    assert_eq!(names("All rows."), ["Ada", "Ben", "Cleo"]);
    assert_eq!(names("The trash, the newest first."), ["Ben", "Cleo"]);
    Ok(())
}

#[test]
fn a_look_up_tells_active_deleted_and_missing_apart() -> Result<(), Box<dyn Error>> {
    let output = output()?;
    for answer in ["user 1: 200 Ada", "user 2: 410 Ben", "user 9: 404"] {
        assert!(output.contains(answer), "{output}");
    }
    Ok(())
}

#[test]
fn a_left_join_keeps_the_user_without_a_post() -> Result<(), Box<dyn Error>> {
    let output = output()?;
    let join = step(&output, "A left join");
    assert!(join.contains(r#"("Ada", Some("Hello"))"#), "{join}");
    assert!(join.contains(r#"("Ben", None)"#), "{join}");
    assert!(!join.contains("Draft"), "{join}");
    Ok(())
}

#[test]
fn a_purge_takes_the_old_and_deleted_rows_alone() -> Result<(), Box<dyn Error>> {
    let output = output()?;
    let old = step(&output, "A purge removes deleted rows");
    let gone = old.lines().filter(|line| line.contains("(gone)"));
    assert_eq!(gone.count(), 1, "{old}");
    assert!(step(&output, "It never takes").contains("rows changed: 0"));
    assert!(step(&output, "Without a filter").contains("rows changed: 1"));
    Ok(())
}
