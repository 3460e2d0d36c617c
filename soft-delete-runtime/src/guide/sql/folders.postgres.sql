-- soft_delete
SELECT "folders"."id" FROM "folders" WHERE ("folders"."id" = $1) AND ("folders"."deleted_at" IS NULL) FOR UPDATE;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "folders"."id" FROM "folders" WHERE "folders"."id" = ANY($1) UNION SELECT "folders"."id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."parent_id" WHERE ("folders"."deleted_at" IS NULL)) SELECT "folders"."id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."id" WHERE ("folders"."deleted_at" IS NULL) FOR UPDATE;
WITH "soft_delete_part_0" AS (UPDATE "folders" SET "deleted_at" = $1 WHERE ("folders"."deleted_at" IS NULL) AND "folders"."id" = ANY($2)) UPDATE "files" SET "deleted_at" = $3 WHERE ("files"."deleted_at" IS NULL) AND "files"."folder_id" = ANY($4);

-- restore
SELECT "folders"."id", "folders"."deleted_at", "folders"."parent_id" FROM "folders" WHERE ("folders"."id" = $1) AND ("folders"."deleted_at" IS NOT NULL) FOR UPDATE;
SELECT "folders"."id", CASE WHEN ("folders"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "folders"."parent_id" FROM "folders" WHERE "folders"."id" = ANY($1) FOR SHARE;
UPDATE "folders" SET "deleted_at" = NULL WHERE ("folders"."deleted_at" IS NOT NULL) AND "folders"."id" = ANY($1);
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "folders"."id" FROM "folders" WHERE "folders"."id" = ANY($1) UNION SELECT "folders"."id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."parent_id" WHERE ("folders"."deleted_at" IS NOT NULL) AND "folders"."deleted_at" = $2) SELECT "folders"."id", "folders"."parent_id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."id" WHERE ("folders"."id" = ANY($3) OR (("folders"."deleted_at" IS NOT NULL) AND "folders"."deleted_at" = $4)) FOR UPDATE;
UPDATE "files" SET "deleted_at" = NULL WHERE ("files"."deleted_at" IS NOT NULL) AND "files"."deleted_at" = $1 AND "files"."folder_id" = ANY($2);

-- purge
SELECT "folders"."id" FROM "folders" WHERE ("folders"."id" = $1) AND ("folders"."deleted_at" IS NOT NULL) FOR UPDATE;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "folders"."id" FROM "folders" WHERE "folders"."id" = ANY($1) UNION SELECT "folders"."id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."parent_id") SELECT "folders"."id", CASE WHEN ("folders"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "folders"."parent_id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."id" FOR UPDATE;
SELECT COUNT(*) FROM "files" WHERE ("files"."deleted_at" IS NULL) AND "files"."folder_id" = ANY($1);
WITH "soft_delete_part_0" AS (DELETE FROM "folders" WHERE ("folders"."deleted_at" IS NOT NULL) AND "folders"."id" = ANY($1)) DELETE FROM "files" WHERE ("files"."deleted_at" IS NOT NULL) AND "files"."folder_id" = ANY($2);
SELECT COUNT(*) FROM "folders" WHERE "folders"."id" = ANY($1);

-- purge, including_active
SELECT "folders"."id" FROM "folders" WHERE ("folders"."id" = $1) FOR UPDATE;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "folders"."id" FROM "folders" WHERE "folders"."id" = ANY($1) UNION SELECT "folders"."id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."parent_id") SELECT "folders"."id", CASE WHEN ("folders"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "folders"."parent_id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."id" FOR UPDATE;
WITH "soft_delete_part_0" AS (UPDATE "folders" SET "deleted_at" = $1 WHERE ("folders"."deleted_at" IS NULL) AND "folders"."id" = ANY($2)) UPDATE "files" SET "deleted_at" = $3 WHERE ("files"."deleted_at" IS NULL) AND "files"."folder_id" = ANY($4);
WITH "soft_delete_part_0" AS (DELETE FROM "folders" WHERE "folders"."id" = ANY($1)) DELETE FROM "files" WHERE "files"."folder_id" = ANY($2);
SELECT COUNT(*) FROM "folders" WHERE "folders"."id" = ANY($1);

-- purge_expired
SELECT "folders"."id" FROM "folders" WHERE ("folders"."deleted_at" IS NOT NULL) AND "folders"."deleted_at" < $1 ORDER BY "folders"."id" LIMIT 1000 FOR UPDATE SKIP LOCKED;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "folders"."id" FROM "folders" WHERE "folders"."id" = ANY($1) UNION SELECT "folders"."id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."parent_id") SELECT "folders"."id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."id";
SELECT "folders"."id" FROM "folders" WHERE "folders"."id" = ANY($1) FOR UPDATE SKIP LOCKED;
WITH RECURSIVE "soft_delete_rows" ("k0") AS (SELECT "folders"."id" FROM "folders" WHERE "folders"."id" = ANY($1) UNION SELECT "folders"."id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."parent_id") SELECT "folders"."id", CASE WHEN ("folders"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "folders"."parent_id" FROM "soft_delete_rows" INNER JOIN "folders" ON "soft_delete_rows"."k0" = "folders"."id" FOR UPDATE;
SELECT COUNT(*) FROM "files" WHERE ("files"."deleted_at" IS NULL) AND "files"."folder_id" = ANY($1);
WITH "soft_delete_part_0" AS (DELETE FROM "folders" WHERE ("folders"."deleted_at" IS NOT NULL) AND "folders"."id" = ANY($1)) DELETE FROM "files" WHERE ("files"."deleted_at" IS NOT NULL) AND "files"."folder_id" = ANY($2);
SELECT COUNT(*) FROM "folders" WHERE "folders"."id" = ANY($1);
