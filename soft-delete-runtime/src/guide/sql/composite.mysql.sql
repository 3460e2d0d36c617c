-- soft_delete
SELECT `projects`.`org_id`, `projects`.`id` FROM `projects` WHERE ((`projects`.`org_id` = ?) AND (`projects`.`id` = ?)) AND (`projects`.`deleted_at` IS NULL) FOR UPDATE;
SELECT `tasks`.`org_id`, `tasks`.`id` FROM `tasks` WHERE (`tasks`.`deleted_at` IS NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?)) FOR UPDATE;
UPDATE `notes` SET `deleted_at` = ? WHERE (`notes`.`deleted_at` IS NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
UPDATE `tasks` SET `deleted_at` = ? WHERE (`tasks`.`deleted_at` IS NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
UPDATE `projects` SET `deleted_at` = ? WHERE (`projects`.`deleted_at` IS NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));

-- restore
SELECT `projects`.`org_id`, `projects`.`id`, `projects`.`deleted_at` FROM `projects` WHERE ((`projects`.`org_id` = ?) AND (`projects`.`id` = ?)) AND (`projects`.`deleted_at` IS NOT NULL) FOR UPDATE;
SELECT `tasks`.`org_id`, `tasks`.`id` FROM `tasks` WHERE (`tasks`.`deleted_at` IS NOT NULL) AND `tasks`.`deleted_at` = ? AND (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?)) FOR UPDATE;
UPDATE `projects` SET `deleted_at` = NULL WHERE (`projects`.`deleted_at` IS NOT NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));
UPDATE `tasks` SET `deleted_at` = NULL WHERE (`tasks`.`deleted_at` IS NOT NULL) AND `tasks`.`deleted_at` = ? AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
UPDATE `notes` SET `deleted_at` = NULL WHERE (`notes`.`deleted_at` IS NOT NULL) AND `notes`.`deleted_at` = ? AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));

-- purge
SELECT `projects`.`org_id`, `projects`.`id` FROM `projects` WHERE ((`projects`.`org_id` = ?) AND (`projects`.`id` = ?)) AND (`projects`.`deleted_at` IS NOT NULL) FOR UPDATE;
SELECT `tasks`.`org_id`, `tasks`.`id`, CASE WHEN (`tasks`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `tasks` WHERE (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?)) FOR UPDATE;
SELECT COUNT(*) FROM `notes` WHERE (`notes`.`deleted_at` IS NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?)) LOCK IN SHARE MODE;
DELETE FROM `notes` WHERE (`notes`.`deleted_at` IS NOT NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
DELETE FROM `tasks` WHERE (`tasks`.`deleted_at` IS NOT NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
DELETE FROM `projects` WHERE (`projects`.`deleted_at` IS NOT NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));

-- purge, including_active
SELECT `projects`.`org_id`, `projects`.`id` FROM `projects` WHERE ((`projects`.`org_id` = ?) AND (`projects`.`id` = ?)) FOR UPDATE;
SELECT `tasks`.`org_id`, `tasks`.`id`, CASE WHEN (`tasks`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `tasks` WHERE (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?)) FOR UPDATE;
UPDATE `notes` SET `deleted_at` = ? WHERE (`notes`.`deleted_at` IS NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
UPDATE `tasks` SET `deleted_at` = ? WHERE (`tasks`.`deleted_at` IS NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
UPDATE `projects` SET `deleted_at` = ? WHERE (`projects`.`deleted_at` IS NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));
DELETE FROM `notes` WHERE (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
DELETE FROM `tasks` WHERE (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
DELETE FROM `projects` WHERE (`projects`.`org_id` = ? AND `projects`.`id` IN (?));

-- purge_expired
SELECT `projects`.`org_id`, `projects`.`id` FROM `projects` WHERE (`projects`.`deleted_at` IS NOT NULL) AND `projects`.`deleted_at` < ? ORDER BY `projects`.`org_id`, `projects`.`id` LIMIT 1000 FOR UPDATE SKIP LOCKED;
SELECT `tasks`.`org_id`, `tasks`.`id`, CASE WHEN (`tasks`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `tasks` WHERE (`tasks`.`org_id` = ? AND `tasks`.`project_id` IN (?)) FOR UPDATE;
SELECT COUNT(*) FROM `notes` WHERE (`notes`.`deleted_at` IS NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?)) LOCK IN SHARE MODE;
DELETE FROM `notes` WHERE (`notes`.`deleted_at` IS NOT NULL) AND (`notes`.`org_id` = ? AND `notes`.`task_id` IN (?));
DELETE FROM `tasks` WHERE (`tasks`.`deleted_at` IS NOT NULL) AND (`tasks`.`org_id` = ? AND `tasks`.`id` IN (?));
DELETE FROM `projects` WHERE (`projects`.`deleted_at` IS NOT NULL) AND (`projects`.`org_id` = ? AND `projects`.`id` IN (?));
