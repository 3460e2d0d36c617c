-- soft_delete
UPDATE `l0` SET `deleted_at` = `l0`.`deleted_at` WHERE 1 = 0;
SELECT `l0`.`id` FROM `l0` WHERE (`l0`.`id` = ?) AND (`l0`.`deleted_at` IS NULL);
SELECT `l1`.`id` FROM `l1` WHERE (`l1`.`deleted_at` IS NULL) AND `l1`.`l0_id` IN (?);
SELECT `l2`.`id` FROM `l2` WHERE (`l2`.`deleted_at` IS NULL) AND (`l2`.`l0_id` IN (?) OR `l2`.`l1_id` IN (?));
SELECT `l3`.`id` FROM `l3` WHERE (`l3`.`deleted_at` IS NULL) AND (`l3`.`l0_id` IN (?) OR `l3`.`l1_id` IN (?) OR `l3`.`l2_id` IN (?));
SELECT `l4`.`id` FROM `l4` WHERE (`l4`.`deleted_at` IS NULL) AND (`l4`.`l0_id` IN (?) OR `l4`.`l1_id` IN (?) OR `l4`.`l2_id` IN (?) OR `l4`.`l3_id` IN (?));
SELECT `l5`.`id` FROM `l5` WHERE (`l5`.`deleted_at` IS NULL) AND (`l5`.`l0_id` IN (?) OR `l5`.`l1_id` IN (?) OR `l5`.`l2_id` IN (?) OR `l5`.`l3_id` IN (?) OR `l5`.`l4_id` IN (?));
UPDATE `l6` SET `deleted_at` = ? WHERE (`l6`.`deleted_at` IS NULL) AND (`l6`.`l0_id` IN (?) OR `l6`.`l1_id` IN (?) OR `l6`.`l2_id` IN (?) OR `l6`.`l3_id` IN (?) OR `l6`.`l4_id` IN (?) OR `l6`.`l5_id` IN (?));
UPDATE `l5` SET `deleted_at` = ? WHERE (`l5`.`deleted_at` IS NULL) AND `l5`.`id` IN (?);
UPDATE `l4` SET `deleted_at` = ? WHERE (`l4`.`deleted_at` IS NULL) AND `l4`.`id` IN (?);
UPDATE `l3` SET `deleted_at` = ? WHERE (`l3`.`deleted_at` IS NULL) AND `l3`.`id` IN (?);
UPDATE `l2` SET `deleted_at` = ? WHERE (`l2`.`deleted_at` IS NULL) AND `l2`.`id` IN (?);
UPDATE `l1` SET `deleted_at` = ? WHERE (`l1`.`deleted_at` IS NULL) AND `l1`.`id` IN (?);
UPDATE `l0` SET `deleted_at` = ? WHERE (`l0`.`deleted_at` IS NULL) AND `l0`.`id` IN (?);

-- restore
UPDATE `l0` SET `deleted_at` = `l0`.`deleted_at` WHERE 1 = 0;
SELECT `l0`.`id`, `l0`.`deleted_at` FROM `l0` WHERE (`l0`.`id` = ?) AND (`l0`.`deleted_at` IS NOT NULL);
UPDATE `l0` SET `deleted_at` = NULL WHERE (`l0`.`deleted_at` IS NOT NULL) AND `l0`.`id` IN (?);
SELECT `l1`.`id` FROM `l1` WHERE (`l1`.`deleted_at` IS NOT NULL) AND `l1`.`deleted_at` = ? AND `l1`.`l0_id` IN (?);
SELECT `l2`.`id` FROM `l2` WHERE (`l2`.`deleted_at` IS NOT NULL) AND `l2`.`deleted_at` = ? AND (`l2`.`l0_id` IN (?) OR `l2`.`l1_id` IN (?));
SELECT `l3`.`id` FROM `l3` WHERE (`l3`.`deleted_at` IS NOT NULL) AND `l3`.`deleted_at` = ? AND (`l3`.`l0_id` IN (?) OR `l3`.`l1_id` IN (?) OR `l3`.`l2_id` IN (?));
SELECT `l4`.`id` FROM `l4` WHERE (`l4`.`deleted_at` IS NOT NULL) AND `l4`.`deleted_at` = ? AND (`l4`.`l0_id` IN (?) OR `l4`.`l1_id` IN (?) OR `l4`.`l2_id` IN (?) OR `l4`.`l3_id` IN (?));
SELECT `l5`.`id` FROM `l5` WHERE (`l5`.`deleted_at` IS NOT NULL) AND `l5`.`deleted_at` = ? AND (`l5`.`l0_id` IN (?) OR `l5`.`l1_id` IN (?) OR `l5`.`l2_id` IN (?) OR `l5`.`l3_id` IN (?) OR `l5`.`l4_id` IN (?));
UPDATE `l1` SET `deleted_at` = NULL WHERE (`l1`.`deleted_at` IS NOT NULL) AND `l1`.`deleted_at` = ? AND `l1`.`id` IN (?);
UPDATE `l2` SET `deleted_at` = NULL WHERE (`l2`.`deleted_at` IS NOT NULL) AND `l2`.`deleted_at` = ? AND `l2`.`id` IN (?) AND NOT EXISTS (SELECT 1 FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l2`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l2`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL));
UPDATE `l2` SET `deleted_at` = COALESCE((SELECT `soft_delete_parent`.`deleted_at` FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l2`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l2`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), `l2`.`deleted_at`) WHERE (`l2`.`deleted_at` IS NOT NULL) AND `l2`.`deleted_at` = ? AND `l2`.`id` IN (?);
UPDATE `l3` SET `deleted_at` = NULL WHERE (`l3`.`deleted_at` IS NOT NULL) AND `l3`.`deleted_at` = ? AND `l3`.`id` IN (?) AND NOT EXISTS (SELECT 1 FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l3`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l3`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l2` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l3`.`l2_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL));
UPDATE `l3` SET `deleted_at` = COALESCE((SELECT `soft_delete_parent`.`deleted_at` FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l3`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l3`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l2` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l3`.`l2_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), `l3`.`deleted_at`) WHERE (`l3`.`deleted_at` IS NOT NULL) AND `l3`.`deleted_at` = ? AND `l3`.`id` IN (?);
UPDATE `l4` SET `deleted_at` = NULL WHERE (`l4`.`deleted_at` IS NOT NULL) AND `l4`.`deleted_at` = ? AND `l4`.`id` IN (?) AND NOT EXISTS (SELECT 1 FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l4`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l4`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l2` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l4`.`l2_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l3` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l4`.`l3_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL));
UPDATE `l4` SET `deleted_at` = COALESCE((SELECT `soft_delete_parent`.`deleted_at` FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l4`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l4`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l2` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l4`.`l2_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l3` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l4`.`l3_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), `l4`.`deleted_at`) WHERE (`l4`.`deleted_at` IS NOT NULL) AND `l4`.`deleted_at` = ? AND `l4`.`id` IN (?);
UPDATE `l5` SET `deleted_at` = NULL WHERE (`l5`.`deleted_at` IS NOT NULL) AND `l5`.`deleted_at` = ? AND `l5`.`id` IN (?) AND NOT EXISTS (SELECT 1 FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l2` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l2_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l3` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l3_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l4` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l4_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL));
UPDATE `l5` SET `deleted_at` = COALESCE((SELECT `soft_delete_parent`.`deleted_at` FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l2` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l2_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l3` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l3_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l4` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l5`.`l4_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), `l5`.`deleted_at`) WHERE (`l5`.`deleted_at` IS NOT NULL) AND `l5`.`deleted_at` = ? AND `l5`.`id` IN (?);
UPDATE `l6` SET `deleted_at` = NULL WHERE (`l6`.`deleted_at` IS NOT NULL) AND `l6`.`deleted_at` = ? AND (`l6`.`l0_id` IN (?) OR `l6`.`l1_id` IN (?) OR `l6`.`l2_id` IN (?) OR `l6`.`l3_id` IN (?) OR `l6`.`l4_id` IN (?) OR `l6`.`l5_id` IN (?)) AND NOT EXISTS (SELECT 1 FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l2` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l2_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l3` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l3_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l4` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l4_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `l5` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l5_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL));
UPDATE `l6` SET `deleted_at` = COALESCE((SELECT `soft_delete_parent`.`deleted_at` FROM `l0` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l0_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l1` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l1_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l2` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l2_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l3` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l3_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l4` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l4_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `l5` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `l6`.`l5_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), `l6`.`deleted_at`) WHERE (`l6`.`deleted_at` IS NOT NULL) AND `l6`.`deleted_at` = ? AND (`l6`.`l0_id` IN (?) OR `l6`.`l1_id` IN (?) OR `l6`.`l2_id` IN (?) OR `l6`.`l3_id` IN (?) OR `l6`.`l4_id` IN (?) OR `l6`.`l5_id` IN (?));

-- purge
UPDATE `l0` SET `deleted_at` = `l0`.`deleted_at` WHERE 1 = 0;
SELECT `l0`.`id` FROM `l0` WHERE (`l0`.`id` = ?) AND (`l0`.`deleted_at` IS NOT NULL);
SELECT `l1`.`id`, CASE WHEN (`l1`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l1` WHERE `l1`.`l0_id` IN (?);
SELECT `l2`.`id`, CASE WHEN (`l2`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l2` WHERE (`l2`.`l0_id` IN (?) OR `l2`.`l1_id` IN (?));
SELECT `l3`.`id`, CASE WHEN (`l3`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l3` WHERE (`l3`.`l0_id` IN (?) OR `l3`.`l1_id` IN (?) OR `l3`.`l2_id` IN (?));
SELECT `l4`.`id`, CASE WHEN (`l4`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l4` WHERE (`l4`.`l0_id` IN (?) OR `l4`.`l1_id` IN (?) OR `l4`.`l2_id` IN (?) OR `l4`.`l3_id` IN (?));
SELECT `l5`.`id`, CASE WHEN (`l5`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l5` WHERE (`l5`.`l0_id` IN (?) OR `l5`.`l1_id` IN (?) OR `l5`.`l2_id` IN (?) OR `l5`.`l3_id` IN (?) OR `l5`.`l4_id` IN (?));
DELETE FROM `l6` WHERE (`l6`.`deleted_at` IS NOT NULL) AND (`l6`.`l0_id` IN (?) OR `l6`.`l1_id` IN (?) OR `l6`.`l2_id` IN (?) OR `l6`.`l3_id` IN (?) OR `l6`.`l4_id` IN (?) OR `l6`.`l5_id` IN (?));
SELECT COUNT(*) FROM `l6` WHERE (`l6`.`l0_id` IN (?) OR `l6`.`l1_id` IN (?) OR `l6`.`l2_id` IN (?) OR `l6`.`l3_id` IN (?) OR `l6`.`l4_id` IN (?) OR `l6`.`l5_id` IN (?));
DELETE FROM `l5` WHERE (`l5`.`deleted_at` IS NOT NULL) AND `l5`.`id` IN (?);
DELETE FROM `l4` WHERE (`l4`.`deleted_at` IS NOT NULL) AND `l4`.`id` IN (?);
DELETE FROM `l3` WHERE (`l3`.`deleted_at` IS NOT NULL) AND `l3`.`id` IN (?);
DELETE FROM `l2` WHERE (`l2`.`deleted_at` IS NOT NULL) AND `l2`.`id` IN (?);
DELETE FROM `l1` WHERE (`l1`.`deleted_at` IS NOT NULL) AND `l1`.`id` IN (?);
DELETE FROM `l0` WHERE (`l0`.`deleted_at` IS NOT NULL) AND `l0`.`id` IN (?);

-- purge, including_active
UPDATE `l0` SET `deleted_at` = `l0`.`deleted_at` WHERE 1 = 0;
SELECT `l0`.`id` FROM `l0` WHERE (`l0`.`id` = ?);
SELECT `l1`.`id`, CASE WHEN (`l1`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l1` WHERE `l1`.`l0_id` IN (?);
SELECT `l2`.`id`, CASE WHEN (`l2`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l2` WHERE (`l2`.`l0_id` IN (?) OR `l2`.`l1_id` IN (?));
SELECT `l3`.`id`, CASE WHEN (`l3`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l3` WHERE (`l3`.`l0_id` IN (?) OR `l3`.`l1_id` IN (?) OR `l3`.`l2_id` IN (?));
SELECT `l4`.`id`, CASE WHEN (`l4`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l4` WHERE (`l4`.`l0_id` IN (?) OR `l4`.`l1_id` IN (?) OR `l4`.`l2_id` IN (?) OR `l4`.`l3_id` IN (?));
SELECT `l5`.`id`, CASE WHEN (`l5`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l5` WHERE (`l5`.`l0_id` IN (?) OR `l5`.`l1_id` IN (?) OR `l5`.`l2_id` IN (?) OR `l5`.`l3_id` IN (?) OR `l5`.`l4_id` IN (?));
UPDATE `l6` SET `deleted_at` = ? WHERE (`l6`.`deleted_at` IS NULL) AND (`l6`.`l0_id` IN (?) OR `l6`.`l1_id` IN (?) OR `l6`.`l2_id` IN (?) OR `l6`.`l3_id` IN (?) OR `l6`.`l4_id` IN (?) OR `l6`.`l5_id` IN (?));
UPDATE `l5` SET `deleted_at` = ? WHERE (`l5`.`deleted_at` IS NULL) AND `l5`.`id` IN (?);
UPDATE `l4` SET `deleted_at` = ? WHERE (`l4`.`deleted_at` IS NULL) AND `l4`.`id` IN (?);
UPDATE `l3` SET `deleted_at` = ? WHERE (`l3`.`deleted_at` IS NULL) AND `l3`.`id` IN (?);
UPDATE `l2` SET `deleted_at` = ? WHERE (`l2`.`deleted_at` IS NULL) AND `l2`.`id` IN (?);
UPDATE `l1` SET `deleted_at` = ? WHERE (`l1`.`deleted_at` IS NULL) AND `l1`.`id` IN (?);
UPDATE `l0` SET `deleted_at` = ? WHERE (`l0`.`deleted_at` IS NULL) AND `l0`.`id` IN (?);
DELETE FROM `l6` WHERE (`l6`.`l0_id` IN (?) OR `l6`.`l1_id` IN (?) OR `l6`.`l2_id` IN (?) OR `l6`.`l3_id` IN (?) OR `l6`.`l4_id` IN (?) OR `l6`.`l5_id` IN (?));
DELETE FROM `l5` WHERE `l5`.`id` IN (?);
DELETE FROM `l4` WHERE `l4`.`id` IN (?);
DELETE FROM `l3` WHERE `l3`.`id` IN (?);
DELETE FROM `l2` WHERE `l2`.`id` IN (?);
DELETE FROM `l1` WHERE `l1`.`id` IN (?);
DELETE FROM `l0` WHERE `l0`.`id` IN (?);

-- purge_expired
UPDATE `l0` SET `deleted_at` = `l0`.`deleted_at` WHERE 1 = 0;
SELECT `l0`.`id` FROM `l0` WHERE (`l0`.`deleted_at` IS NOT NULL) AND CASE WHEN JULIANDAY(`l0`.`deleted_at`) < JULIANDAY(?) - 3e-8 THEN 1 WHEN JULIANDAY(`l0`.`deleted_at`) > JULIANDAY(?) + 3e-8 THEN 0 WHEN JULIANDAY(`l0`.`deleted_at`) IS NOT NULL AND `l0`.`deleted_at` GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' AND SUBSTR(`l0`.`deleted_at`, 20, LENGTH(`l0`.`deleted_at`) - 19) NOT GLOB '*[^.0-9]*' THEN RTRIM(`l0`.`deleted_at`, '+:.0') < RTRIM(?, '+:.0') ELSE JULIANDAY(`l0`.`deleted_at`) < JULIANDAY(?) END ORDER BY `l0`.`id` LIMIT 1000;
SELECT `l1`.`id`, CASE WHEN (`l1`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l1` WHERE `l1`.`l0_id` IN (?);
SELECT `l2`.`id`, CASE WHEN (`l2`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l2` WHERE (`l2`.`l0_id` IN (?) OR `l2`.`l1_id` IN (?));
SELECT `l3`.`id`, CASE WHEN (`l3`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l3` WHERE (`l3`.`l0_id` IN (?) OR `l3`.`l1_id` IN (?) OR `l3`.`l2_id` IN (?));
SELECT `l4`.`id`, CASE WHEN (`l4`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l4` WHERE (`l4`.`l0_id` IN (?) OR `l4`.`l1_id` IN (?) OR `l4`.`l2_id` IN (?) OR `l4`.`l3_id` IN (?));
SELECT `l5`.`id`, CASE WHEN (`l5`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `l5` WHERE (`l5`.`l0_id` IN (?) OR `l5`.`l1_id` IN (?) OR `l5`.`l2_id` IN (?) OR `l5`.`l3_id` IN (?) OR `l5`.`l4_id` IN (?));
DELETE FROM `l6` WHERE (`l6`.`deleted_at` IS NOT NULL) AND (`l6`.`l0_id` IN (?) OR `l6`.`l1_id` IN (?) OR `l6`.`l2_id` IN (?) OR `l6`.`l3_id` IN (?) OR `l6`.`l4_id` IN (?) OR `l6`.`l5_id` IN (?));
SELECT COUNT(*) FROM `l6` WHERE (`l6`.`l0_id` IN (?) OR `l6`.`l1_id` IN (?) OR `l6`.`l2_id` IN (?) OR `l6`.`l3_id` IN (?) OR `l6`.`l4_id` IN (?) OR `l6`.`l5_id` IN (?));
DELETE FROM `l5` WHERE (`l5`.`deleted_at` IS NOT NULL) AND `l5`.`id` IN (?);
DELETE FROM `l4` WHERE (`l4`.`deleted_at` IS NOT NULL) AND `l4`.`id` IN (?);
DELETE FROM `l3` WHERE (`l3`.`deleted_at` IS NOT NULL) AND `l3`.`id` IN (?);
DELETE FROM `l2` WHERE (`l2`.`deleted_at` IS NOT NULL) AND `l2`.`id` IN (?);
DELETE FROM `l1` WHERE (`l1`.`deleted_at` IS NOT NULL) AND `l1`.`id` IN (?);
DELETE FROM `l0` WHERE (`l0`.`deleted_at` IS NOT NULL) AND `l0`.`id` IN (?);
