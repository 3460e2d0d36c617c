DROP TABLE ciphers;
DROP TABLE folders;
DROP TABLE users;
