-- soft_delete
UPDATE `projects` SET `deleted_at` = `projects`.`deleted_at` WHERE 1 = 0;
SELECT `projects`.`org_id`, `projects`.`id` FROM `projects` WHERE ((`projects`.`org_id` = ?) AND (`projects`.`id` = ?)) AND (`projects`.`deleted_at` IS NULL);
SELECT `tasks`.`org_id`, `tasks`.`id` FROM `tasks` WHERE (`tasks`.`deleted_at` IS NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?));
UPDATE `notes` SET `deleted_at` = ? WHERE (`notes`.`deleted_at` IS NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
UPDATE `tasks` SET `deleted_at` = ? WHERE (`tasks`.`deleted_at` IS NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
UPDATE `projects` SET `deleted_at` = ? WHERE (`projects`.`deleted_at` IS NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));

-- restore
UPDATE `projects` SET `deleted_at` = `projects`.`deleted_at` WHERE 1 = 0;
SELECT `projects`.`org_id`, `projects`.`id`, `projects`.`deleted_at` FROM `projects` WHERE ((`projects`.`org_id` = ?) AND (`projects`.`id` = ?)) AND (`projects`.`deleted_at` IS NOT NULL);
SELECT `tasks`.`org_id`, `tasks`.`id` FROM `tasks` WHERE (`tasks`.`deleted_at` IS NOT NULL) AND `tasks`.`deleted_at` = ? AND (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?));
UPDATE `projects` SET `deleted_at` = NULL WHERE (`projects`.`deleted_at` IS NOT NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));
UPDATE `tasks` SET `deleted_at` = NULL WHERE (`tasks`.`deleted_at` IS NOT NULL) AND `tasks`.`deleted_at` = ? AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
UPDATE `notes` SET `deleted_at` = NULL WHERE (`notes`.`deleted_at` IS NOT NULL) AND `notes`.`deleted_at` = ? AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));

-- purge
UPDATE `projects` SET `deleted_at` = `projects`.`deleted_at` WHERE 1 = 0;
SELECT `projects`.`org_id`, `projects`.`id` FROM `projects` WHERE ((`projects`.`org_id` = ?) AND (`projects`.`id` = ?)) AND (`projects`.`deleted_at` IS NOT NULL);
SELECT `tasks`.`org_id`, `tasks`.`id`, CASE WHEN (`tasks`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `tasks` WHERE (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?));
DELETE FROM `notes` WHERE (`notes`.`deleted_at` IS NOT NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
SELECT COUNT(*) FROM `notes` WHERE (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
DELETE FROM `tasks` WHERE (`tasks`.`deleted_at` IS NOT NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
DELETE FROM `projects` WHERE (`projects`.`deleted_at` IS NOT NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));

-- purge, including_active
UPDATE `projects` SET `deleted_at` = `projects`.`deleted_at` WHERE 1 = 0;
SELECT `projects`.`org_id`, `projects`.`id` FROM `projects` WHERE ((`projects`.`org_id` = ?) AND (`projects`.`id` = ?));
SELECT `tasks`.`org_id`, `tasks`.`id`, CASE WHEN (`tasks`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `tasks` WHERE (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?));
UPDATE `notes` SET `deleted_at` = ? WHERE (`notes`.`deleted_at` IS NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
UPDATE `tasks` SET `deleted_at` = ? WHERE (`tasks`.`deleted_at` IS NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
UPDATE `projects` SET `deleted_at` = ? WHERE (`projects`.`deleted_at` IS NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));
DELETE FROM `notes` WHERE (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
DELETE FROM `tasks` WHERE (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
DELETE FROM `projects` WHERE (`projects`.`org_id` = ? AND `projects`.`id` IN (?));

-- purge_expired
UPDATE `projects` SET `deleted_at` = `projects`.`deleted_at` WHERE 1 = 0;
SELECT `projects`.`org_id`, `projects`.`id` FROM `projects` WHERE (`projects`.`deleted_at` IS NOT NULL) AND CASE WHEN JULIANDAY(`projects`.`deleted_at`) < JULIANDAY(?) - 3e-8 THEN 1 WHEN JULIANDAY(`projects`.`deleted_at`) > JULIANDAY(?) + 3e-8 THEN 0 WHEN JULIANDAY(`projects`.`deleted_at`) IS NOT NULL AND `projects`.`deleted_at` GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' AND SUBSTR(`projects`.`deleted_at`, 20, LENGTH(`projects`.`deleted_at`) - 19) NOT GLOB '*[^.0-9]*' THEN RTRIM(`projects`.`deleted_at`, '+:.0') < RTRIM(?, '+:.0') ELSE JULIANDAY(`projects`.`deleted_at`) < JULIANDAY(?) END ORDER BY `projects`.`org_id`, `projects`.`id` LIMIT 1000;
SELECT `tasks`.`org_id`, `tasks`.`id`, CASE WHEN (`tasks`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `tasks` WHERE (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?));
DELETE FROM `notes` WHERE (`notes`.`deleted_at` IS NOT NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
SELECT COUNT(*) FROM `notes` WHERE (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
DELETE FROM `tasks` WHERE (`tasks`.`deleted_at` IS NOT NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
DELETE FROM `projects` WHERE (`projects`.`deleted_at` IS NOT NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));
