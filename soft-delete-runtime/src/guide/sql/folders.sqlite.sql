-- soft_delete
UPDATE `folders` SET `deleted_at` = `folders`.`deleted_at` WHERE 1 = 0;
SELECT `folders`.`id` FROM `folders` WHERE (`folders`.`id` = ?) AND (`folders`.`deleted_at` IS NULL);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id` WHERE (`folders`.`deleted_at` IS NULL)) SELECT `folders`.`id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id`;
UPDATE `files` SET `deleted_at` = ? WHERE (`files`.`deleted_at` IS NULL) AND `files`.`folder_id` IN (?);
UPDATE `folders` SET `deleted_at` = ? WHERE (`folders`.`deleted_at` IS NULL) AND `folders`.`id` IN (?);

-- restore
UPDATE `folders` SET `deleted_at` = `folders`.`deleted_at` WHERE 1 = 0;
SELECT `folders`.`id`, `folders`.`deleted_at`, `folders`.`parent_id` FROM `folders` WHERE (`folders`.`id` = ?) AND (`folders`.`deleted_at` IS NOT NULL);
SELECT `folders`.`id`, CASE WHEN (`folders`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `folders`.`parent_id` FROM `folders` WHERE `folders`.`id` IN (?);
UPDATE `folders` SET `deleted_at` = NULL WHERE (`folders`.`deleted_at` IS NOT NULL) AND `folders`.`id` IN (?);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id` WHERE (`folders`.`deleted_at` IS NOT NULL) AND `folders`.`deleted_at` = ?) SELECT `folders`.`id`, `folders`.`parent_id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id`;
UPDATE `files` SET `deleted_at` = NULL WHERE (`files`.`deleted_at` IS NOT NULL) AND `files`.`deleted_at` = ? AND `files`.`folder_id` IN (?);

-- purge
UPDATE `folders` SET `deleted_at` = `folders`.`deleted_at` WHERE 1 = 0;
SELECT `folders`.`id` FROM `folders` WHERE (`folders`.`id` = ?) AND (`folders`.`deleted_at` IS NOT NULL);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id`) SELECT `folders`.`id`, CASE WHEN (`folders`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `folders`.`parent_id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id`;
DELETE FROM `files` WHERE (`files`.`deleted_at` IS NOT NULL) AND `files`.`folder_id` IN (?);
SELECT COUNT(*) FROM `files` WHERE `files`.`folder_id` IN (?);
DELETE FROM `folders` WHERE (`folders`.`deleted_at` IS NOT NULL) AND `folders`.`id` IN (?);

-- purge, including_active
UPDATE `folders` SET `deleted_at` = `folders`.`deleted_at` WHERE 1 = 0;
SELECT `folders`.`id` FROM `folders` WHERE (`folders`.`id` = ?);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id`) SELECT `folders`.`id`, CASE WHEN (`folders`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `folders`.`parent_id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id`;
UPDATE `files` SET `deleted_at` = ? WHERE (`files`.`deleted_at` IS NULL) AND `files`.`folder_id` IN (?);
UPDATE `folders` SET `deleted_at` = ? WHERE (`folders`.`deleted_at` IS NULL) AND `folders`.`id` IN (?);
DELETE FROM `files` WHERE `files`.`folder_id` IN (?);
DELETE FROM `folders` WHERE `folders`.`id` IN (?);

-- purge_expired
UPDATE `folders` SET `deleted_at` = `folders`.`deleted_at` WHERE 1 = 0;
SELECT `folders`.`id` FROM `folders` WHERE (`folders`.`deleted_at` IS NOT NULL) AND CASE WHEN JULIANDAY(`folders`.`deleted_at`) < JULIANDAY(?) - 3e-8 THEN 1 WHEN JULIANDAY(`folders`.`deleted_at`) > JULIANDAY(?) + 3e-8 THEN 0 WHEN JULIANDAY(`folders`.`deleted_at`) IS NOT NULL AND `folders`.`deleted_at` GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' AND SUBSTR(`folders`.`deleted_at`, 20, LENGTH(`folders`.`deleted_at`) - 19) NOT GLOB '*[^.0-9]*' THEN RTRIM(`folders`.`deleted_at`, '+:.0') < RTRIM(?, '+:.0') ELSE JULIANDAY(`folders`.`deleted_at`) < JULIANDAY(?) END ORDER BY `folders`.`id` LIMIT 1000;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id`) SELECT `folders`.`id`, CASE WHEN (`folders`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `folders`.`parent_id` FROM `soft_delete_rows` CROSS JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id`;
DELETE FROM `files` WHERE (`files`.`deleted_at` IS NOT NULL) AND `files`.`folder_id` IN (?);
SELECT COUNT(*) FROM `files` WHERE `files`.`folder_id` IN (?);
DELETE FROM `folders` WHERE (`folders`.`deleted_at` IS NOT NULL) AND `folders`.`id` IN (?);
