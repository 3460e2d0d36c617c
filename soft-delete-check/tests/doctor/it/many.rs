//! The number of statements of an examination: it does not grow with the columns.

use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use soft_delete_check::doctor;
use soft_delete_runtime::soft_delete_table;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::backend::{by_engine, connection, run};

macro_rules! tables {
    ($(($($table:ident)*))*) => {
        $($(
            diesel::table! {
                $table { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> }
            }
            soft_delete_table! { $table(deleted_at) }
        )*)*

        const NAMES: &[&str] = &[$($(stringify!($table)),*),*];

        fn all_tables() -> impl doctor::Tables {
            ($(($($table::table,)*)),*)
        }
    };
}

tables! {
    (t000 t001 t002 t003 t004 t005 t006 t007 t008 t009 t010 t011 t012 t013 t014 t015)
    (t016 t017 t018 t019 t020 t021 t022 t023 t024 t025 t026 t027 t028 t029 t030 t031)
    (t032 t033 t034 t035 t036 t037 t038 t039 t040 t041 t042 t043 t044 t045 t046 t047)
    (t048 t049 t050 t051 t052 t053 t054 t055 t056 t057 t058 t059 t060 t061 t062 t063)
    (t064 t065 t066 t067 t068 t069 t070 t071 t072 t073 t074 t075 t076 t077 t078 t079)
    (t080 t081 t082 t083 t084 t085 t086 t087 t088 t089 t090 t091 t092 t093 t094 t095)
    (t096 t097 t098 t099 t100 t101 t102 t103 t104 t105 t106 t107 t108 t109 t110 t111)
    (t112 t113 t114 t115 t116 t117 t118 t119 t120 t121 t122 t123 t124 t125 t126 t127)
    (t128 t129 t130 t131 t132 t133 t134 t135 t136 t137 t138 t139 t140 t141 t142 t143)
    (t144 t145 t146 t147 t148 t149 t150 t151 t152 t153 t154 t155 t156 t157 t158 t159)
    (t160 t161 t162 t163 t164 t165 t166 t167 t168 t169 t170 t171 t172 t173 t174 t175)
    (t176 t177 t178 t179 t180 t181 t182 t183 t184 t185 t186 t187 t188 t189 t190 t191)
    (t192 t193 t194 t195 t196 t197 t198 t199)
}

#[test]
fn two_hundred_tables_take_no_statement_for_each_column() {
    let conn = &mut connection();
    let create = by_engine(
        "CREATE TABLE NAME (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
         CREATE UNIQUE INDEX name_of_NAME ON NAME (name) WHERE deleted_at IS NULL;",
        "CREATE TABLE NAME (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
         CREATE UNIQUE INDEX name_of_NAME ON NAME (name) WHERE deleted_at IS NULL;",
        "CREATE TABLE NAME (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, deleted_at DATETIME(6),
             active_name VARCHAR(20) AS (IF(deleted_at IS NULL, name, NULL)), UNIQUE (active_name));",
    );
    let sql: String = NAMES
        .iter()
        .map(|name| create.replace("NAME", name))
        .collect();
    run(conn, &sql);
    let statements = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&statements);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let findings = doctor(all_tables()).examine(conn).unwrap();
    assert!(findings.is_empty(), "{findings}");
    // a partial unique key takes three: a transaction in which the planner is asked
    let at_most = by_engine(20 + 3 * NAMES.len(), 20 + 3 * NAMES.len(), 30);
    let statements = statements.load(Ordering::Relaxed);
    assert!(statements < at_most, "{statements}");
}
