DROP TABLE removed_files;
DROP TABLE attachments;
DROP TABLE items;
DROP TABLE folders;
DROP TABLE users;
