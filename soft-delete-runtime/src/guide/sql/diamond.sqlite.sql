-- soft_delete
UPDATE `users` SET `deleted_at` = `users`.`deleted_at` WHERE 1 = 0;
SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NULL);
SELECT `posts`.`id` FROM `posts` WHERE (`posts`.`deleted_at` IS NULL) AND `posts`.`user_id` IN (?);
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
UPDATE `posts` SET `deleted_at` = ? WHERE (`posts`.`deleted_at` IS NULL) AND `posts`.`id` IN (?);
UPDATE `users` SET `deleted_at` = ? WHERE (`users`.`deleted_at` IS NULL) AND `users`.`id` IN (?);

-- restore
UPDATE `users` SET `deleted_at` = `users`.`deleted_at` WHERE 1 = 0;
SELECT `users`.`id`, `users`.`deleted_at` FROM `users` WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NOT NULL);
UPDATE `users` SET `deleted_at` = NULL WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`id` IN (?);
SELECT `posts`.`id` FROM `posts` WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`deleted_at` = ? AND `posts`.`user_id` IN (?);
UPDATE `posts` SET `deleted_at` = NULL WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`deleted_at` = ? AND `posts`.`id` IN (?);
UPDATE `comments` SET `deleted_at` = NULL WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`deleted_at` = ? AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?)) AND NOT EXISTS (SELECT 1 FROM `posts` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`post_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM `users` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`author_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL));
UPDATE `comments` SET `deleted_at` = COALESCE((SELECT `soft_delete_parent`.`deleted_at` FROM `posts` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`post_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), (SELECT `soft_delete_parent`.`deleted_at` FROM `users` AS `soft_delete_parent` WHERE `soft_delete_parent`.`id` = `comments`.`author_id` AND (`soft_delete_parent`.`deleted_at` IS NOT NULL)), `comments`.`deleted_at`) WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`deleted_at` = ? AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));

-- purge
UPDATE `users` SET `deleted_at` = `users`.`deleted_at` WHERE 1 = 0;
SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NOT NULL);
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`user_id` IN (?);
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
SELECT COUNT(*) FROM `comments` WHERE (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
DELETE FROM `posts` WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`id` IN (?);
DELETE FROM `users` WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`id` IN (?);

-- purge, including_active
UPDATE `users` SET `deleted_at` = `users`.`deleted_at` WHERE 1 = 0;
SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?);
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`user_id` IN (?);
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
UPDATE `posts` SET `deleted_at` = ? WHERE (`posts`.`deleted_at` IS NULL) AND `posts`.`id` IN (?);
UPDATE `users` SET `deleted_at` = ? WHERE (`users`.`deleted_at` IS NULL) AND `users`.`id` IN (?);
DELETE FROM `comments` WHERE (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
DELETE FROM `posts` WHERE `posts`.`id` IN (?);
DELETE FROM `users` WHERE `users`.`id` IN (?);

-- purge_expired
UPDATE `users` SET `deleted_at` = `users`.`deleted_at` WHERE 1 = 0;
SELECT `users`.`id` FROM `users` WHERE (`users`.`deleted_at` IS NOT NULL) AND CASE WHEN JULIANDAY(`users`.`deleted_at`) < JULIANDAY(?) - 3e-8 THEN 1 WHEN JULIANDAY(`users`.`deleted_at`) > JULIANDAY(?) + 3e-8 THEN 0 WHEN JULIANDAY(`users`.`deleted_at`) IS NOT NULL AND `users`.`deleted_at` GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' AND SUBSTR(`users`.`deleted_at`, 20, LENGTH(`users`.`deleted_at`) - 19) NOT GLOB '*[^.0-9]*' THEN RTRIM(`users`.`deleted_at`, '+:.0') < RTRIM(?, '+:.0') ELSE JULIANDAY(`users`.`deleted_at`) < JULIANDAY(?) END ORDER BY `users`.`id` LIMIT 1000;
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`user_id` IN (?);
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
SELECT COUNT(*) FROM `comments` WHERE (`comments`.`author_id` IN (?) OR `comments`.`post_id` IN (?));
DELETE FROM `posts` WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`id` IN (?);
DELETE FROM `users` WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`id` IN (?);
