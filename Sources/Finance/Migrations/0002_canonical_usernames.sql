-- What all spellings of a user's name have in common. It is not unique: names that the first release
-- told apart may be one by now. Of names that are not ASCII only the server knows it, and fills it in.

alter table app_user add column username_canonical text;

update app_user set username_canonical = lower(username collate "C")
where octet_length(username) = char_length(username);

create index app_user_username_canonical_idx on app_user (username_canonical);
