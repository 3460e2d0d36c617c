-- soft_delete
SELECT `comments`.`id` FROM `comments` WHERE (`comments`.`id` = ?) AND (`comments`.`deleted_at` IS NULL) FOR UPDATE;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id` WHERE (`comments`.`deleted_at` IS NULL) FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `comments`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id` FOR UPDATE;
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND `comments`.`id` IN (?);

-- restore
SELECT `comments`.`id`, `comments`.`deleted_at`, `comments`.`post_id`, `comments`.`parent_id` FROM `comments` WHERE (`comments`.`id` = ?) AND (`comments`.`deleted_at` IS NOT NULL) FOR UPDATE;
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`id` IN (?) LOCK IN SHARE MODE;
SELECT `comments`.`id`, CASE WHEN (`comments`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `comments`.`post_id`, `comments`.`parent_id` FROM `comments` WHERE `comments`.`id` IN (?) LOCK IN SHARE MODE;
UPDATE `comments` SET `deleted_at` = NULL WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`deleted_at` = ? FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `comments`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id` FOR UPDATE;
WITH `soft_delete_rows` (`k0`, `k1`) AS (SELECT `comments`.`post_id`, `comments`.`parent_id` FROM `comments` WHERE `comments`.`id` IN (?)) SELECT (SELECT COUNT(*) FROM (SELECT 1 AS held FROM `posts` WHERE `posts`.`id` IN (SELECT `soft_delete_rows`.`k0` FROM `soft_delete_rows`) LOCK IN SHARE MODE) AS soft_delete_held), (SELECT COUNT(*) FROM (SELECT 1 AS held FROM `comments` WHERE `comments`.`id` IN (SELECT `soft_delete_rows`.`k1` FROM `soft_delete_rows`) LOCK IN SHARE MODE) AS soft_delete_held);
SELECT `comments`.`id`, `comments`.`parent_id`, CASE WHEN EXISTS (SELECT 1 FROM `posts` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`post_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL) LOCK IN SHARE MODE) THEN 1 ELSE 0 END, (SELECT `soft_delete_parent`.`deleted_at` FROM `posts` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`post_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL) LOCK IN SHARE MODE), NULL, CASE WHEN EXISTS (SELECT 1 FROM `comments` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`parent_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL) LOCK IN SHARE MODE) THEN 1 ELSE 0 END, (SELECT `soft_delete_parent`.`deleted_at` FROM `comments` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`parent_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL) LOCK IN SHARE MODE), NULL FROM `comments` WHERE `comments`.`id` IN (?) FOR UPDATE;
UPDATE `comments` SET `deleted_at` = NULL WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);

-- purge
SELECT `comments`.`id` FROM `comments` WHERE (`comments`.`id` = ?) AND (`comments`.`deleted_at` IS NOT NULL) FOR UPDATE;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id` FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `comments`.`id`, CASE WHEN (`comments`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `comments`.`parent_id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id` FOR UPDATE;
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);

-- purge, including_active
SELECT `comments`.`id` FROM `comments` WHERE (`comments`.`id` = ?) FOR UPDATE;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id` FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `comments`.`id`, CASE WHEN (`comments`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `comments`.`parent_id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id` FOR UPDATE;
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND `comments`.`id` IN (?);
DELETE FROM `comments` WHERE `comments`.`id` IN (?);

-- purge_expired
SELECT `comments`.`id` FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`deleted_at` < ? ORDER BY `comments`.`id` LIMIT 1000 FOR UPDATE SKIP LOCKED;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id`) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `comments`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id`;
SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) FOR UPDATE SKIP LOCKED;
WITH RECURSIVE `soft_delete_rows` (`k0`) AS (SELECT `comments`.`id` FROM `comments` WHERE `comments`.`id` IN (?) UNION SELECT `comments`.`id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`parent_id` FOR UPDATE) SELECT /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ `comments`.`id`, CASE WHEN (`comments`.`deleted_at` IS NULL) THEN 1 ELSE 0 END, `comments`.`parent_id` FROM `soft_delete_rows` STRAIGHT_JOIN `comments` ON `soft_delete_rows`.`k0` = `comments`.`id` FOR UPDATE;
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);
