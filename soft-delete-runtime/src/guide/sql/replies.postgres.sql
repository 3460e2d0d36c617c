-- soft_delete
SELECT "comments"."id" FROM "comments" WHERE ("comments"."id" = $1) AND ("comments"."deleted_at" IS NULL) FOR UPDATE;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "comments"."id" FROM "comments" WHERE "comments"."id" = ANY($1) UNION SELECT "comments"."id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."parent_id" WHERE ("comments"."deleted_at" IS NULL)) SELECT "comments"."id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."id" WHERE ("comments"."deleted_at" IS NULL) FOR UPDATE;
UPDATE "comments" SET "deleted_at" = $1 WHERE ("comments"."deleted_at" IS NULL) AND "comments"."id" = ANY($2);

-- restore
SELECT "comments"."id", "comments"."deleted_at", "comments"."post_id", "comments"."parent_id" FROM "comments" WHERE ("comments"."id" = $1) AND ("comments"."deleted_at" IS NOT NULL) FOR UPDATE;
SELECT "posts"."id", CASE WHEN ("posts"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "posts" WHERE "posts"."id" = ANY($1) FOR SHARE;
SELECT "comments"."id", CASE WHEN ("comments"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "comments"."post_id", "comments"."parent_id" FROM "comments" WHERE "comments"."id" = ANY($1) FOR SHARE;
UPDATE "comments" SET "deleted_at" = NULL WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."id" = ANY($1);
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "comments"."id" FROM "comments" WHERE "comments"."id" = ANY($1) UNION SELECT "comments"."id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."parent_id" WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."deleted_at" = $2) SELECT "comments"."id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."id" WHERE ("comments"."id" = ANY($3) OR (("comments"."deleted_at" IS NOT NULL) AND "comments"."deleted_at" = $4)) FOR UPDATE;
WITH "soft_delete_rows" ("k0", "k1") AS (SELECT "comments"."post_id", "comments"."parent_id" FROM "comments" WHERE "comments"."id" = ANY($1)) SELECT (SELECT COUNT(*) FROM (SELECT 1 AS held FROM "posts" WHERE "posts"."id" IN (SELECT "soft_delete_rows"."k0" FROM "soft_delete_rows") FOR SHARE) AS soft_delete_held), (SELECT COUNT(*) FROM (SELECT 1 AS held FROM "comments" WHERE "comments"."id" IN (SELECT "soft_delete_rows"."k1" FROM "soft_delete_rows") FOR SHARE) AS soft_delete_held);
SELECT "comments"."id", "comments"."parent_id", CASE WHEN EXISTS (SELECT 1 FROM "posts" AS "soft_delete_parent" WHERE "soft_delete_parent"."id" = "comments"."post_id" AND ("soft_delete_parent"."deleted_at" IS NOT NULL)) THEN 1 ELSE 0 END, (SELECT "soft_delete_parent"."deleted_at" FROM "posts" AS "soft_delete_parent" WHERE "soft_delete_parent"."id" = "comments"."post_id" AND ("soft_delete_parent"."deleted_at" IS NOT NULL)), NULL, CASE WHEN EXISTS (SELECT 1 FROM "comments" AS "soft_delete_parent" WHERE "soft_delete_parent"."id" = "comments"."parent_id" AND ("soft_delete_parent"."deleted_at" IS NOT NULL)) THEN 1 ELSE 0 END, (SELECT "soft_delete_parent"."deleted_at" FROM "comments" AS "soft_delete_parent" WHERE "soft_delete_parent"."id" = "comments"."parent_id" AND ("soft_delete_parent"."deleted_at" IS NOT NULL)), NULL FROM "comments" WHERE "comments"."id" = ANY($1) FOR UPDATE;
UPDATE "comments" SET "deleted_at" = NULL WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."id" = ANY($1);
UPDATE "comments" SET "deleted_at" = $1 WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."id" = ANY($2);

-- purge
SELECT "comments"."id" FROM "comments" WHERE ("comments"."id" = $1) AND ("comments"."deleted_at" IS NOT NULL) FOR UPDATE;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "comments"."id" FROM "comments" WHERE "comments"."id" = ANY($1) UNION SELECT "comments"."id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."parent_id") SELECT "comments"."id", CASE WHEN ("comments"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "comments"."parent_id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."id" FOR UPDATE;
DELETE FROM "comments" WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."id" = ANY($1);

-- purge, including_active
SELECT "comments"."id" FROM "comments" WHERE ("comments"."id" = $1) FOR UPDATE;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "comments"."id" FROM "comments" WHERE "comments"."id" = ANY($1) UNION SELECT "comments"."id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."parent_id") SELECT "comments"."id", CASE WHEN ("comments"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "comments"."parent_id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."id" FOR UPDATE;
UPDATE "comments" SET "deleted_at" = $1 WHERE ("comments"."deleted_at" IS NULL) AND "comments"."id" = ANY($2);
DELETE FROM "comments" WHERE "comments"."id" = ANY($1);

-- purge_expired
SELECT "comments"."id" FROM "comments" WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."deleted_at" < $1 ORDER BY "comments"."id" LIMIT 1000 FOR UPDATE SKIP LOCKED;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "comments"."id" FROM "comments" WHERE "comments"."id" = ANY($1) UNION SELECT "comments"."id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."parent_id") SELECT "comments"."id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."id";
SELECT "comments"."id" FROM "comments" WHERE "comments"."id" = ANY($1) FOR UPDATE SKIP LOCKED;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "comments"."id" FROM "comments" WHERE "comments"."id" = ANY($1) UNION SELECT "comments"."id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."parent_id") SELECT "comments"."id", CASE WHEN ("comments"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "comments"."parent_id" FROM "soft_delete_rows" INNER JOIN "comments" ON "soft_delete_rows"."k0" = "comments"."id" FOR UPDATE;
DELETE FROM "comments" WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."id" = ANY($1);
