-- soft_delete
SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NULL) FOR UPDATE;
SELECT `posts`.`id` FROM `posts` WHERE (`posts`.`deleted_at` IS NULL) AND `posts`.`user_id` IN (?) FOR UPDATE;
SELECT COUNT(*) FROM `orders` WHERE (`orders`.`deleted_at` IS NULL) AND `orders`.`user_id` IN (?) LOCK IN SHARE MODE;
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND `comments`.`post_id` IN (?);
UPDATE `posts` SET `deleted_at` = ? WHERE (`posts`.`deleted_at` IS NULL) AND `posts`.`id` IN (?);
UPDATE `users` SET `deleted_at` = ? WHERE (`users`.`deleted_at` IS NULL) AND `users`.`id` IN (?);

-- restore
SELECT `users`.`id`, `users`.`deleted_at` FROM `users` WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NOT NULL) FOR UPDATE;
SELECT `posts`.`id` FROM `posts` WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`deleted_at` = ? AND `posts`.`user_id` IN (?) FOR UPDATE;
UPDATE `users` SET `deleted_at` = NULL WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`id` IN (?);
UPDATE `posts` SET `deleted_at` = NULL WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`deleted_at` = ? AND `posts`.`id` IN (?);
UPDATE `comments` SET `deleted_at` = NULL WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`deleted_at` = ? AND `comments`.`post_id` IN (?);

-- purge
SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?) AND (`users`.`deleted_at` IS NOT NULL) FOR UPDATE;
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`user_id` IN (?) FOR UPDATE;
SELECT COUNT(*) FROM `orders` WHERE `orders`.`user_id` IN (?) LOCK IN SHARE MODE;
SELECT COUNT(*) FROM `comments` WHERE (`comments`.`deleted_at` IS NULL) AND `comments`.`post_id` IN (?) LOCK IN SHARE MODE;
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`post_id` IN (?);
DELETE FROM `posts` WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`id` IN (?);
DELETE FROM `users` WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`id` IN (?);

-- purge, including_active
SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?) FOR UPDATE;
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`user_id` IN (?) FOR UPDATE;
SELECT COUNT(*) FROM `orders` WHERE `orders`.`user_id` IN (?) LOCK IN SHARE MODE;
UPDATE `comments` SET `deleted_at` = ? WHERE (`comments`.`deleted_at` IS NULL) AND `comments`.`post_id` IN (?);
UPDATE `posts` SET `deleted_at` = ? WHERE (`posts`.`deleted_at` IS NULL) AND `posts`.`id` IN (?);
UPDATE `users` SET `deleted_at` = ? WHERE (`users`.`deleted_at` IS NULL) AND `users`.`id` IN (?);
DELETE FROM `comments` WHERE `comments`.`post_id` IN (?);
DELETE FROM `posts` WHERE `posts`.`id` IN (?);
DELETE FROM `users` WHERE `users`.`id` IN (?);

-- purge_expired
SELECT `users`.`id` FROM `users` WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`deleted_at` < ? ORDER BY `users`.`id` LIMIT 1000 FOR UPDATE SKIP LOCKED;
SELECT `posts`.`id`, CASE WHEN (`posts`.`deleted_at` IS NULL) THEN 1 ELSE 0 END FROM `posts` WHERE `posts`.`user_id` IN (?) FOR UPDATE;
SELECT COUNT(*) FROM `orders` WHERE `orders`.`user_id` IN (?) LOCK IN SHARE MODE;
SELECT COUNT(*) FROM `comments` WHERE (`comments`.`deleted_at` IS NULL) AND `comments`.`post_id` IN (?) LOCK IN SHARE MODE;
DELETE FROM `comments` WHERE (`comments`.`deleted_at` IS NOT NULL) AND `comments`.`post_id` IN (?);
DELETE FROM `posts` WHERE (`posts`.`deleted_at` IS NOT NULL) AND `posts`.`id` IN (?);
DELETE FROM `users` WHERE (`users`.`deleted_at` IS NOT NULL) AND `users`.`id` IN (?);
