-- soft_delete
SELECT `folders`.`id` FROM `folders` WHERE (`folders`.`id` = ?) AND (`folders`.`deleted_at` IS NULL) FOR UPDATE;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id` WHERE (`folders`.`deleted_at` IS NULL) FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `folders`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id` FOR UPDATE;
UPDATE `files` SET `deleted_at` = ? WHERE (`files`.`deleted_at` IS NULL) AND `files`.`folder_id` IN (?);
UPDATE `folders` SET `deleted_at` = ? WHERE (`folders`.`deleted_at` IS NULL) AND `folders`.`id` IN (?);

-- restore
SELECT `folders`.`id`, `folders`.`deleted_at`, `folders`.`parent_id` FROM `folders` WHERE (`folders`.`id` = ?) AND (`folders`.`deleted_at` IS NOT NULL) FOR UPDATE;
SELECT `folders`.`id`, CASE WHEN (`folders`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `folders`.`parent_id` FROM `folders` WHERE `folders`.`id` IN (?) LOCK IN SHARE MODE;
UPDATE `folders` SET `deleted_at` = NULL WHERE (`folders`.`deleted_at` IS NOT NULL) AND `folders`.`id` IN (?);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id` WHERE (`folders`.`deleted_at` IS NOT NULL) AND `folders`.`deleted_at` = ? FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `folders`.`id`, `folders`.`parent_id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id` FOR UPDATE;
UPDATE `files` SET `deleted_at` = NULL WHERE (`files`.`deleted_at` IS NOT NULL) AND `files`.`deleted_at` = ? AND `files`.`folder_id` IN (?);

-- purge
SELECT `folders`.`id` FROM `folders` WHERE (`folders`.`id` = ?) AND (`folders`.`deleted_at` IS NOT NULL) FOR UPDATE;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id` FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `folders`.`id`, CASE WHEN (`folders`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `folders`.`parent_id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id` FOR UPDATE;
SELECT COUNT(*) FROM `files` WHERE (`files`.`deleted_at` IS NULL) AND `files`.`folder_id` IN (?) LOCK IN SHARE MODE;
DELETE FROM `files` WHERE (`files`.`deleted_at` IS NOT NULL) AND `files`.`folder_id` IN (?);
DELETE FROM `folders` WHERE (`folders`.`deleted_at` IS NOT NULL) AND `folders`.`id` IN (?);

-- purge, including_active
SELECT `folders`.`id` FROM `folders` WHERE (`folders`.`id` = ?) FOR UPDATE;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id` FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `folders`.`id`, CASE WHEN (`folders`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `folders`.`parent_id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id` FOR UPDATE;
UPDATE `files` SET `deleted_at` = ? WHERE (`files`.`deleted_at` IS NULL) AND `files`.`folder_id` IN (?);
UPDATE `folders` SET `deleted_at` = ? WHERE (`folders`.`deleted_at` IS NULL) AND `folders`.`id` IN (?);
DELETE FROM `files` WHERE `files`.`folder_id` IN (?);
DELETE FROM `folders` WHERE `folders`.`id` IN (?);

-- purge_expired
SELECT `folders`.`id` FROM `folders` WHERE (`folders`.`deleted_at` IS NOT NULL) AND `folders`.`deleted_at` < ? ORDER BY `folders`.`id` LIMIT 1000 FOR UPDATE SKIP LOCKED;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id`) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `folders`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id`;
SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) FOR UPDATE SKIP LOCKED;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `folders`.`id` FROM `folders` WHERE `folders`.`id` IN (?) UNION SELECT `folders`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`parent_id` FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `folders`.`id`, CASE WHEN (`folders`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `folders`.`parent_id` FROM `soft_delete_rows` STRAIGHT_JOIN `folders` ON `soft_delete_rows`.`k0` = `folders`.`id` FOR UPDATE;
SELECT COUNT(*) FROM `files` WHERE (`files`.`deleted_at` IS NULL) AND `files`.`folder_id` IN (?) LOCK IN SHARE MODE;
DELETE FROM `files` WHERE (`files`.`deleted_at` IS NOT NULL) AND `files`.`folder_id` IN (?);
DELETE FROM `folders` WHERE (`folders`.`deleted_at` IS NOT NULL) AND `folders`.`id` IN (?);
