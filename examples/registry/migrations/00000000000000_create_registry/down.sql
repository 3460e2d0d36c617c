DROP TABLE owner_actions;
DROP TABLE crate_owner_invitations;
DROP TABLE crate_owners;
DROP TABLE crates;
DROP TABLE teams;
DROP TABLE users;
