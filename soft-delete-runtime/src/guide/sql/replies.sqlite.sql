-- soft_delete
UPDATE `comments` SET `deleted_at` = `comments`.`deleted_at` WHERE 1 = 0;
SELECT `comments`.`id` FROM `comments` WHERE (`comments`.`id` = ?) AND (`comments`.`deleted_at` IS NULL);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id` WHERE (`comments`.`deleted_at` IS NULL)) SELECT `comments`.`id` FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id`;
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND `comments`.`id` IN (?);

-- restore
UPDATE `comments` SET `deleted_at` = `comments`.`deleted_at` WHERE 1 = 0;
SELECT `comments`.`id`, `comments`.`deleted_at`, `comments`.`post_id`, `comments`.`parent_id` FROM `comments` WHERE (`comments`.`id` = ?) AND (`comments`.`deleted_at` IS NOT NULL);
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`id` IN (?);
SELECT `comments`.`id`, CASE WHEN (`comments`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `comments`.`post_id`, `comments`.`parent_id` FROM `comments` WHERE `comments`.`id` IN (?);
UPDATE `comments` SET `deleted_at` = NULL WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`deleted_at` = ?) SELECT `comments`.`id`, `comments`.`parent_id`, CASE WHEN EXISTS (SELECT 1 FROM `posts` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`post_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) THEN 1 ELSE 0 END, (SELECT `soft_delete_parent`.`deleted_at` FROM `posts` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`post_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), NULL, CASE WHEN EXISTS (SELECT 1 FROM `comments` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`parent_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) THEN 1 ELSE 0 END, (SELECT `soft_delete_parent`.`deleted_at` FROM `comments` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`parent_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), NULL FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id`;
UPDATE `comments` SET `deleted_at` = NULL WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);

-- purge
UPDATE `comments` SET `deleted_at` = `comments`.`deleted_at` WHERE 1 = 0;
SELECT `comments`.`id` FROM `comments` WHERE (`comments`.`id` = ?) AND (`comments`.`deleted_at` IS NOT NULL);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id`) SELECT `comments`.`id`, CASE WHEN (`comments`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `comments`.`parent_id` FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id`;
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);

-- purge, including_active
UPDATE `comments` SET `deleted_at` = `comments`.`deleted_at` WHERE 1 = 0;
SELECT `comments`.`id` FROM `comments` WHERE (`comments`.`id` = ?);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id`) SELECT `comments`.`id`, CASE WHEN (`comments`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `comments`.`parent_id` FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id`;
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND `comments`.`id` IN (?);
DELETE FROM `comments` WHERE `comments`.`id` IN (?);

-- purge_expired
UPDATE `comments` SET `deleted_at` = `comments`.`deleted_at` WHERE 1 = 0;
SELECT `comments`.`id` FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND CASE WHEN JULIANDAY(`comments`.`deleted_at`) < JULIANDAY(?) - 3e-8 THEN 1 WHEN JULIANDAY(`comments`.`deleted_at`) > JULIANDAY(?) + 3e-8 THEN 0 WHEN JULIANDAY(`comments`.`deleted_at`) IS NOT NULL AND `comments`.`deleted_at` GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' AND SUBSTR(`comments`.`deleted_at`, 20, LENGTH(`comments`.`deleted_at`) - 19) NOT GLOB '*[^.0-9]*' THEN RTRIM(`comments`.`deleted_at`, '+:.0') < RTRIM(?, '+:.0') ELSE JULIANDAY(`comments`.`deleted_at`) < JULIANDAY(?) END ORDER BY `comments`.`id` LIMIT 1000;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id`) SELECT `comments`.`id`, CASE WHEN (`comments`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `comments`.`parent_id` FROM `soft_delete_rows` CROSS JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id`;
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);
