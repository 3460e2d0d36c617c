-- restore
SELECT "comments"."id", "comments"."deleted_at", "comments"."post_id", "comments"."author_id" FROM "comments" WHERE ("comments"."id" = $1) AND ("comments"."deleted_at" IS NOT NULL) FOR UPDATE;
SELECT "posts"."id", CASE WHEN ("posts"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "posts"."user_id" FROM "posts" WHERE "posts"."id" = ANY($1) FOR SHARE;
SELECT "users"."id", CASE WHEN ("users"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "users" WHERE "users"."id" = ANY($1) FOR SHARE;
UPDATE "comments" SET "deleted_at" = NULL WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."id" = ANY($1);

-- restore, with_ancestors
SELECT "comments"."id", "comments"."deleted_at", "comments"."post_id", "comments"."author_id" FROM "comments" WHERE ("comments"."id" = $1) AND ("comments"."deleted_at" IS NOT NULL) FOR UPDATE;
SELECT "posts"."id", CASE WHEN ("posts"."deleted_at" IS NULL) THEN 1 ELSE 0 END, "posts"."user_id" FROM "posts" WHERE "posts"."id" = ANY($1) FOR UPDATE;
SELECT "users"."id", CASE WHEN ("users"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "users" WHERE "users"."id" = ANY($1) FOR UPDATE;
UPDATE "comments" SET "deleted_at" = NULL WHERE ("comments"."deleted_at" IS NOT NULL) AND "comments"."id" = ANY($1);
