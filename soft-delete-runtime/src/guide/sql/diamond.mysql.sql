-- soft_delete
SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NULL) FOR UPDATE;
SELECT `posts`.`id` FROM `posts` WHERE (`posts`.`deleted_at` IS NULL) AND `posts`.`user_id` IN (?) FOR UPDATE;
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
UPDATE `posts` SET `deleted_at` = ? WHERE (`posts`.`deleted_at` IS NULL) AND `posts`.`id` IN (?);
UPDATE `users` SET `deleted_at` = ? WHERE (`users`.`deleted_at` IS NULL) AND `users`.`id` IN (?);

-- restore
SELECT `users`.`id`, `users`.`deleted_at` FROM `users` WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NOT NULL) FOR UPDATE;
UPDATE `users` SET `deleted_at` = NULL WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`id` IN (?);
SELECT `posts`.`id` FROM `posts` WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`deleted_at` = ? AND `posts`.`user_id` IN (?) FOR UPDATE;
UPDATE `posts` SET `deleted_at` = NULL WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`deleted_at` = ? AND `posts`.`id` IN (?);
WITH `soft_delete_rows` (`k0`, `k1`) AS (SELECT `comments`.`post_id`, `comments`.`author_id` FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`deleted_at` = ? AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?))) SELECT (SELECT COUNT(*) FROM (SELECT 1 AS held FROM `posts` WHERE `posts`.`id` IN (SELECT `soft_delete_rows`.`k0` FROM `soft_delete_rows`) LOCK IN SHARE MODE) AS soft_delete_held), (SELECT COUNT(*) FROM (SELECT 1 AS held FROM `users` WHERE `users`.`id` IN (SELECT `soft_delete_rows`.`k1` FROM `soft_delete_rows`) LOCK IN SHARE MODE) AS soft_delete_held);
SELECT `comments`.`id`, CASE WHEN EXISTS (SELECT 1 FROM `posts` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`post_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL) LOCK IN SHARE MODE) THEN 1 ELSE 0 END, (SELECT `soft_delete_parent`.`deleted_at` FROM `posts` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`post_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL) LOCK IN SHARE MODE), NULL, CASE WHEN EXISTS (SELECT 1 FROM `users` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`author_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL) LOCK IN SHARE MODE) THEN 1 ELSE 0 END, (SELECT `soft_delete_parent`.`deleted_at` FROM `users` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`author_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL) LOCK IN SHARE MODE), NULL FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`deleted_at` = ? AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?)) FOR UPDATE;
UPDATE `comments` SET `deleted_at` = NULL WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`id` IN (?);

-- purge
SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NOT NULL) FOR UPDATE;
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`user_id` IN (?) FOR UPDATE;
SELECT COUNT(*) FROM `comments` WHERE (`comments`.`deleted_at` IS NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?)) LOCK IN SHARE MODE;
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
DELETE FROM `posts` WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`id` IN (?);
DELETE FROM `users` WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`id` IN (?);

-- purge, including_active
SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?) FOR UPDATE;
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`user_id` IN (?) FOR UPDATE;
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
UPDATE `posts` SET `deleted_at` = ? WHERE (`posts`.`deleted_at` IS NULL) AND `posts`.`id` IN (?);
UPDATE `users` SET `deleted_at` = ? WHERE (`users`.`deleted_at` IS NULL) AND `users`.`id` IN (?);
DELETE FROM `comments` WHERE (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
DELETE FROM `posts` WHERE `posts`.`id` IN (?);
DELETE FROM `users` WHERE `users`.`id` IN (?);

-- purge_expired
SELECT `users`.`id` FROM `users` WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`deleted_at` < ? ORDER BY `users`.`id` LIMIT 1000 FOR UPDATE SKIP LOCKED;
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`user_id` IN (?) FOR UPDATE;
SELECT COUNT(*) FROM `comments` WHERE (`comments`.`deleted_at` IS NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?)) LOCK IN SHARE MODE;
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
DELETE FROM `posts` WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`id` IN (?);
DELETE FROM `users` WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`id` IN (?);
