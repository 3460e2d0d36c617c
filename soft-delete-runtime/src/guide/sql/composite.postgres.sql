-- soft_delete
SELECT "projects"."org_id", "projects"."id" FROM "projects" WHERE (("projects"."org_id" = $1) AND ("projects"."id" = $2)) AND ("projects"."deleted_at" IS NULL) FOR UPDATE;
SELECT "tasks"."org_id", "tasks"."id" FROM "tasks" WHERE ("tasks"."deleted_at" IS NULL) AND ("tasks"."org_id" = $1 AND "tasks"."project_id" = ANY($2)) FOR UPDATE;
WITH "soft_delete_part_0" AS (UPDATE "tasks" SET "deleted_at" = $1 WHERE ("tasks"."deleted_at" IS NULL) AND ("tasks"."org_id" = $2 AND "tasks"."id" = ANY($3))), "soft_delete_part_1" AS (UPDATE "projects" SET "deleted_at" = $4 WHERE ("projects"."deleted_at" IS NULL) AND ("projects"."org_id" = $5 AND "projects"."id" = ANY($6))) UPDATE "notes" SET "deleted_at" = $7 WHERE ("notes"."deleted_at" IS NULL) AND ("notes"."org_id" = $8 AND "notes"."task_id" = ANY($9));

-- restore
SELECT "projects"."org_id", "projects"."id", "projects"."deleted_at" FROM "projects" WHERE (("projects"."org_id" = $1) AND ("projects"."id" = $2)) AND ("projects"."deleted_at" IS NOT NULL) FOR UPDATE;
SELECT "tasks"."org_id", "tasks"."id" FROM "tasks" WHERE ("tasks"."deleted_at" IS NOT NULL) AND "tasks"."deleted_at" = $1 AND ("tasks"."org_id" = $2 AND "tasks"."project_id" = ANY($3)) FOR UPDATE;
WITH "soft_delete_part_0" AS (UPDATE "projects" SET "deleted_at" = NULL WHERE ("projects"."deleted_at" IS NOT NULL) AND ("projects"."org_id" = $1 AND "projects"."id" = ANY($2))), "soft_delete_part_1" AS (UPDATE "tasks" SET "deleted_at" = NULL WHERE ("tasks"."deleted_at" IS NOT NULL) AND "tasks"."deleted_at" = $3 AND ("tasks"."org_id" = $4 AND "tasks"."id" = ANY($5))) UPDATE "notes" SET "deleted_at" = NULL WHERE ("notes"."deleted_at" IS NOT NULL) AND "notes"."deleted_at" = $6 AND ("notes"."org_id" = $7 AND "notes"."task_id" = ANY($8));

-- purge
SELECT "projects"."org_id", "projects"."id" FROM "projects" WHERE (("projects"."org_id" = $1) AND ("projects"."id" = $2)) AND ("projects"."deleted_at" IS NOT NULL) FOR UPDATE;
SELECT "tasks"."org_id", "tasks"."id", CASE WHEN ("tasks"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "tasks" WHERE ("tasks"."org_id" = $1 AND "tasks"."project_id" = ANY($2)) FOR UPDATE;
SELECT COUNT(*) FROM "notes" WHERE ("notes"."deleted_at" IS NULL) AND ("notes"."org_id" = $1 AND "notes"."task_id" = ANY($2));
WITH "soft_delete_part_0" AS (DELETE FROM "tasks" WHERE ("tasks"."deleted_at" IS NOT NULL) AND ("tasks"."org_id" = $1 AND "tasks"."id" = ANY($2))), "soft_delete_part_1" AS (DELETE FROM "projects" WHERE ("projects"."deleted_at" IS NOT NULL) AND ("projects"."org_id" = $3 AND "projects"."id" = ANY($4))) DELETE FROM "notes" WHERE ("notes"."deleted_at" IS NOT NULL) AND ("notes"."org_id" = $5 AND "notes"."task_id" = ANY($6));
SELECT COUNT(*) FROM "projects" WHERE ("projects"."org_id" = $1 AND "projects"."id" = ANY($2));
SELECT COUNT(*) FROM "tasks" WHERE ("tasks"."org_id" = $1 AND "tasks"."id" = ANY($2));

-- purge, including_active
SELECT "projects"."org_id", "projects"."id" FROM "projects" WHERE (("projects"."org_id" = $1) AND ("projects"."id" = $2)) FOR UPDATE;
SELECT "tasks"."org_id", "tasks"."id", CASE WHEN ("tasks"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "tasks" WHERE ("tasks"."org_id" = $1 AND "tasks"."project_id" = ANY($2)) FOR UPDATE;
WITH "soft_delete_part_0" AS (UPDATE "tasks" SET "deleted_at" = $1 WHERE ("tasks"."deleted_at" IS NULL) AND ("tasks"."org_id" = $2 AND "tasks"."id" = ANY($3))), "soft_delete_part_1" AS (UPDATE "projects" SET "deleted_at" = $4 WHERE ("projects"."deleted_at" IS NULL) AND ("projects"."org_id" = $5 AND "projects"."id" = ANY($6))) UPDATE "notes" SET "deleted_at" = $7 WHERE ("notes"."deleted_at" IS NULL) AND ("notes"."org_id" = $8 AND "notes"."task_id" = ANY($9));
WITH "soft_delete_part_0" AS (DELETE FROM "tasks" WHERE ("tasks"."org_id" = $1 AND "tasks"."id" = ANY($2))), "soft_delete_part_1" AS (DELETE FROM "projects" WHERE ("projects"."org_id" = $3 AND "projects"."id" = ANY($4))) DELETE FROM "notes" WHERE ("notes"."org_id" = $5 AND "notes"."task_id" = ANY($6));
SELECT COUNT(*) FROM "projects" WHERE ("projects"."org_id" = $1 AND "projects"."id" = ANY($2));
SELECT COUNT(*) FROM "tasks" WHERE ("tasks"."org_id" = $1 AND "tasks"."id" = ANY($2));

-- purge_expired
SELECT "projects"."org_id", "projects"."id" FROM "projects" WHERE ("projects"."deleted_at" IS NOT NULL) AND "projects"."deleted_at" < $1 ORDER BY "projects"."org_id", "projects"."id" LIMIT 1000 FOR UPDATE SKIP LOCKED;
SELECT "tasks"."org_id", "tasks"."id", CASE WHEN ("tasks"."deleted_at" IS NULL) THEN 1 ELSE 0 END FROM "tasks" WHERE ("tasks"."org_id" = $1 AND "tasks"."project_id" = ANY($2)) FOR UPDATE;
SELECT COUNT(*) FROM "notes" WHERE ("notes"."deleted_at" IS NULL) AND ("notes"."org_id" = $1 AND "notes"."task_id" = ANY($2));
WITH "soft_delete_part_0" AS (DELETE FROM "tasks" WHERE ("tasks"."deleted_at" IS NOT NULL) AND ("tasks"."org_id" = $1 AND "tasks"."id" = ANY($2))), "soft_delete_part_1" AS (DELETE FROM "projects" WHERE ("projects"."deleted_at" IS NOT NULL) AND ("projects"."org_id" = $3 AND "projects"."id" = ANY($4))) DELETE FROM "notes" WHERE ("notes"."deleted_at" IS NOT NULL) AND ("notes"."org_id" = $5 AND "notes"."task_id" = ANY($6));
SELECT COUNT(*) FROM "projects" WHERE ("projects"."org_id" = $1 AND "projects"."id" = ANY($2));
SELECT COUNT(*) FROM "tasks" WHERE ("tasks"."org_id" = $1 AND "tasks"."id" = ANY($2));
