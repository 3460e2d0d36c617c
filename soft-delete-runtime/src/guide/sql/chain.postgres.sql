-- soft_delete
SELECT "users"."id" FROM "users" WHERE ("users"."id" = $1) AND ("users"."deleted_at" IS NULL) FOR UPDATE;
SELECT "posts"."id" FROM "posts" WHERE ("posts"."deleted_at" IS NULL) AND "posts"."user_id" = ANY($1) FOR UPDATE;
SELECT COUNT(*) FROM "orders" WHERE ("orders"."deleted_at" IS NULL) AND "orders"."user_id" = ANY($1);
WITH "soft_delete_part_0" AS (UPDATE "posts" SET "deleted_at" = $1 WHERE ("posts"."deleted_at" IS NULL) AND "posts"."id" = ANY($2)), "soft_delete_part_1" AS (UPDATE "users" SET "deleted_at" = $3 WHERE ("users"."deleted_at" IS NULL) AND "users"."id" = ANY($4)) UPDATE "comments" SET "deleted_at" = $5 WHERE ("comments"."deleted_at" IS NULL) AND "comments"."post_id" = ANY($6);

-- restore
SELECT "users"."id", "users"."deleted_at" FROM "users" WHERE ("users"."id" = $1) AND ("users"."deleted_at" IS NOT NULL) FOR UPDATE;
SELECT "posts"."id" FROM "posts" WHERE ("posts"."deleted_at" IS NOT NULL) AND "posts"."deleted_at" = $1 AND "posts"."user_id" = ANY($2) FOR UPDATE;
WITH "soft_delete_part_0" AS (UPDATE "users" SET "deleted_at" = NULL WHERE ("users"."deleted_at" IS NOT NULL) AND "users"."id" = ANY($1)), "soft_delete_part_1" AS (UPDATE "posts" SET "deleted_at" = NULL WHERE ("posts"."deleted_at" IS NOT NULL) AND "posts"."deleted_at" = $2 AND "posts"."id" = ANY($3)) UPDATE "comments" SET "deleted_at" = NULL WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."deleted_at" = $4 AND "comments"."post_id" = ANY($5);

-- purge
SELECT "users"."id" FROM "users" WHERE ("users"."id" = $1) AND ("users"."deleted_at" IS NOT NULL) FOR UPDATE;
SELECT "posts"."id", CASE WHEN ("posts"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "posts" WHERE "posts"."user_id" = ANY($1) FOR UPDATE;
SELECT COUNT(*) FROM "orders" WHERE "orders"."user_id" = ANY($1);
SELECT COUNT(*) FROM "comments" WHERE ("comments"."deleted_at" IS NULL) AND "comments"."post_id" = ANY($1);
WITH "soft_delete_part_0" AS (DELETE FROM "posts" WHERE ("posts"."deleted_at" IS NOT NULL) AND "posts"."id" = ANY($1)), "soft_delete_part_1" AS (DELETE FROM "users" WHERE ("users"."deleted_at" IS NOT NULL) AND "users"."id" = ANY($2)) DELETE FROM "comments" WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."post_id" = ANY($3);
SELECT COUNT(*) FROM "users" WHERE "users"."id" = ANY($1);
SELECT COUNT(*) FROM "posts" WHERE "posts"."id" = ANY($1);

-- purge, including_active
SELECT "users"."id" FROM "users" WHERE ("users"."id" = $1) FOR UPDATE;
SELECT "posts"."id", CASE WHEN ("posts"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "posts" WHERE "posts"."user_id" = ANY($1) FOR UPDATE;
SELECT COUNT(*) FROM "orders" WHERE "orders"."user_id" = ANY($1);
WITH "soft_delete_part_0" AS (UPDATE "posts" SET "deleted_at" = $1 WHERE ("posts"."deleted_at" IS NULL) AND "posts"."id" = ANY($2)), "soft_delete_part_1" AS (UPDATE "users" SET "deleted_at" = $3 WHERE ("users"."deleted_at" IS NULL) AND "users"."id" = ANY($4)) UPDATE "comments" SET "deleted_at" = $5 WHERE ("comments"."deleted_at" IS NULL) AND "comments"."post_id" = ANY($6);
WITH "soft_delete_part_0" AS (DELETE FROM "posts" WHERE "posts"."id" = ANY($1)), "soft_delete_part_1" AS (DELETE FROM "users" WHERE "users"."id" = ANY($2)) DELETE FROM "comments" WHERE "comments"."post_id" = ANY($3);
SELECT COUNT(*) FROM "users" WHERE "users"."id" = ANY($1);
SELECT COUNT(*) FROM "posts" WHERE "posts"."id" = ANY($1);

-- purge_expired
SELECT "users"."id" FROM "users" WHERE ("users"."deleted_at" IS NOT NULL) AND "users"."deleted_at" < $1 ORDER BY "users"."id" LIMIT 1000 FOR UPDATE SKIP LOCKED;
SELECT "posts"."id", CASE WHEN ("posts"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "posts" WHERE "posts"."user_id" = ANY($1) FOR UPDATE;
SELECT COUNT(*) FROM "orders" WHERE "orders"."user_id" = ANY($1);
SELECT COUNT(*) FROM "comments" WHERE ("comments"."deleted_at" IS NULL) AND "comments"."post_id" = ANY($1);
WITH "soft_delete_part_0" AS (DELETE FROM "posts" WHERE ("posts"."deleted_at" IS NOT NULL) AND "posts"."id" = ANY($1)), "soft_delete_part_1" AS (DELETE FROM "users" WHERE ("users"."deleted_at" IS NOT NULL) AND "users"."id" = ANY($2)) DELETE FROM "comments" WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."post_id" = ANY($3);
SELECT COUNT(*) FROM "users" WHERE "users"."id" = ANY($1);
SELECT COUNT(*) FROM "posts" WHERE "posts"."id" = ANY($1);
