-- Users' roles and second factors, where they are signed in, their tokens, and links that count once.

alter table app_user
  add column role text not null default 'member',
  -- Raised by every change that the user's representation shows.
  add column version bigint not null default 1,
  add column display_name text,
  add column locale text,
  add column deactivated_at timestamptz,
  add column erased_at timestamptz,
  add column totp_secret bytea,
  -- NULL until the first code has shown that the user's app has the secret.
  add column totp_confirmed_at timestamptz,
  -- The last step whose code was used.
  add column totp_last_step bigint,
  add column recovery_hashes text[];

alter table app_user add constraint app_user_role_check check (role in ('owner', 'member'));

create table user_session (
  id bigint generated always as identity primary key,
  user_id bigint not null references app_user,
  -- The user's token epoch that the session is of: it ends when they differ.
  epoch bigint not null,
  -- Of the secret that all refresh tokens of the session have.
  family_hash bytea not null,
  refresh_hash bytea not null,
  user_agent text,
  peer text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create index user_session_user_id_idx on user_session (user_id);

create table personal_token (
  id bigint generated always as identity primary key,
  user_id bigint not null references app_user,
  name text not null,
  scope text not null check (scope in ('read', 'write')),
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  constraint personal_token_user_id_token_hash_key unique (user_id, token_hash)
);

create table one_time_link (
  id bigint generated always as identity primary key,
  purpose text not null check (purpose in ('invitation', 'password-reset')),
  token_hash bytea not null constraint one_time_link_token_hash_key unique,
  user_id bigint references app_user,
  role text check (role in ('owner', 'member')),
  ledger_id bigint references ledger,
  ledger_role text check (ledger_role in ('owner', 'editor', 'viewer')),
  created_by bigint references app_user,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
