-- soft_delete
SELECT "users"."id" FROM "users" WHERE ("users"."id" = $1) AND ("users"."deleted_at" IS NULL) FOR UPDATE;
SELECT "posts"."id" FROM "posts" WHERE ("posts"."deleted_at" IS NULL) AND "posts"."user_id" = ANY($1) FOR UPDATE;
WITH "soft_delete_part_0" AS (UPDATE "posts" SET "deleted_at" = $1 WHERE ("posts"."deleted_at" IS NULL) AND "posts"."id" = ANY($2)), "soft_delete_part_1" AS (UPDATE "users" SET "deleted_at" = $3 WHERE ("users"."deleted_at" IS NULL) AND "users"."id" = ANY($4)) UPDATE "comments" SET "deleted_at" = $5 WHERE ("comments"."deleted_at" IS NULL) AND ("comments"."author_id" = ANY($6) OR "comments"."post_id" = ANY($7));

-- restore
SELECT "users"."id", "users"."deleted_at" FROM "users" WHERE ("users"."id" = $1) AND ("users"."deleted_at" IS NOT NULL) FOR UPDATE;
UPDATE "users" SET "deleted_at" = NULL WHERE ("users"."deleted_at" IS NOT NULL) AND "users"."id" = ANY($1);
SELECT "posts"."id" FROM "posts" WHERE ("posts"."deleted_at" IS NOT NULL) AND "posts"."deleted_at" = $1 AND "posts"."user_id" = ANY($2) FOR UPDATE;
UPDATE "posts" SET "deleted_at" = NULL WHERE ("posts"."deleted_at" IS NOT NULL) AND "posts"."deleted_at" = $1 AND "posts"."id" = ANY($2);
WITH "soft_delete_rows" ("k0", "k1") AS (SELECT "comments"."post_id", "comments"."author_id" FROM "comments" WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."deleted_at" = $1 AND ("comments"."author_id" = ANY($2) OR "comments"."post_id" = ANY($3))) SELECT (SELECT COUNT(*) FROM (SELECT 1 AS held FROM "posts" WHERE "posts"."id" IN (SELECT "soft_delete_rows"."k0" FROM "soft_delete_rows") FOR SHARE) AS soft_delete_held), (SELECT COUNT(*) FROM (SELECT 1 AS held FROM "users" WHERE "users"."id" IN (SELECT "soft_delete_rows"."k1" FROM "soft_delete_rows") FOR SHARE) AS soft_delete_held);
UPDATE "comments" SET "deleted_at" = NULL WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."deleted_at" = $1 AND ("comments"."author_id" = ANY($2) OR "comments"."post_id" = ANY($3)) AND NOT EXISTS (SELECT 1 FROM "posts" AS "soft_delete_parent" WHERE "soft_delete_parent"."id" = "comments"."post_id" AND ("soft_delete_parent"."deleted_at" IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM "users" AS "soft_delete_parent" WHERE "soft_delete_parent"."id" = "comments"."author_id" AND ("soft_delete_parent"."deleted_at" IS NOT NULL));
UPDATE "comments" SET "deleted_at" = COALESCE((SELECT "soft_delete_parent"."deleted_at" FROM "posts" AS "soft_delete_parent" WHERE "soft_delete_parent"."id" = "comments"."post_id" AND ("soft_delete_parent"."deleted_at" IS NOT NULL)), (SELECT "soft_delete_parent"."deleted_at" FROM "users" AS "soft_delete_parent" WHERE "soft_delete_parent"."id" = "comments"."author_id" AND ("soft_delete_parent"."deleted_at" IS NOT NULL)), "comments"."deleted_at") WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."deleted_at" = $1 AND ("comments"."author_id" = ANY($2) OR "comments"."post_id" = ANY($3));

-- purge
SELECT "users"."id" FROM "users" WHERE ("users"."id" = $1) AND ("users"."deleted_at" IS NOT NULL) FOR UPDATE;
SELECT "posts"."id", CASE WHEN ("posts"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "posts" WHERE "posts"."user_id" = ANY($1) FOR UPDATE;
SELECT COUNT(*) FROM "comments" WHERE ("comments"."deleted_at" IS NULL) AND ("comments"."author_id" = ANY($1) OR "comments"."post_id" = ANY($2));
WITH "soft_delete_part_0" AS (DELETE FROM "posts" WHERE ("posts"."deleted_at" IS NOT NULL) AND "posts"."id" = ANY($1)), "soft_delete_part_1" AS (DELETE FROM "users" WHERE ("users"."deleted_at" IS NOT NULL) AND "users"."id" = ANY($2)) DELETE FROM "comments" WHERE ("comments"."deleted_at" IS NOT NULL) AND ("comments"."author_id" = ANY($3) OR "comments"."post_id" = ANY($4));
SELECT COUNT(*) FROM "users" WHERE "users"."id" = ANY($1);
SELECT COUNT(*) FROM "posts" WHERE "posts"."id" = ANY($1);

-- purge, including_active
SELECT "users"."id" FROM "users" WHERE ("users"."id" = $1) FOR UPDATE;
SELECT "posts"."id", CASE WHEN ("posts"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "posts" WHERE "posts"."user_id" = ANY($1) FOR UPDATE;
WITH "soft_delete_part_0" AS (UPDATE "posts" SET "deleted_at" = $1 WHERE ("posts"."deleted_at" IS NULL) AND "posts"."id" = ANY($2)), "soft_delete_part_1" AS (UPDATE "users" SET "deleted_at" = $3 WHERE ("users"."deleted_at" IS NULL) AND "users"."id" = ANY($4)) UPDATE "comments" SET "deleted_at" = $5 WHERE ("comments"."deleted_at" IS NULL) AND ("comments"."author_id" = ANY($6) OR "comments"."post_id" = ANY($7));
WITH "soft_delete_part_0" AS (DELETE FROM "posts" WHERE "posts"."id" = ANY($1)), "soft_delete_part_1" AS (DELETE FROM "users" WHERE "users"."id" = ANY($2)) DELETE FROM "comments" WHERE ("comments"."author_id" = ANY($3) OR "comments"."post_id" = ANY($4));
SELECT COUNT(*) FROM "users" WHERE "users"."id" = ANY($1);
SELECT COUNT(*) FROM "posts" WHERE "posts"."id" = ANY($1);

-- purge_expired
SELECT "users"."id" FROM "users" WHERE ("users"."deleted_at" IS NOT NULL) AND "users"."deleted_at" < $1 ORDER BY "users"."id" LIMIT 1000 FOR UPDATE SKIP LOCKED;
SELECT "posts"."id", CASE WHEN ("posts"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "posts" WHERE "posts"."user_id" = ANY($1) FOR UPDATE;
SELECT COUNT(*) FROM "comments" WHERE ("comments"."deleted_at" IS NULL) AND ("comments"."author_id" = ANY($1) OR "comments"."post_id" = ANY($2));
WITH "soft_delete_part_0" AS (DELETE FROM "posts" WHERE ("posts"."deleted_at" IS NOT NULL) AND "posts"."id" = ANY($1)), "soft_delete_part_1" AS (DELETE FROM "users" WHERE ("users"."deleted_at" IS NOT NULL) AND "users"."id" = ANY($2)) DELETE FROM "comments" WHERE ("comments"."deleted_at" IS NOT NULL) AND ("comments"."author_id" = ANY($3) OR "comments"."post_id" = ANY($4));
SELECT COUNT(*) FROM "users" WHERE "users"."id" = ANY($1);
SELECT COUNT(*) FROM "posts" WHERE "posts"."id" = ANY($1);
