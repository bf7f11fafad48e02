-- Tenants whose users are invited.

alter table registry.tenants drop constraint tenants_registration_check;

alter table registry.tenants add constraint tenants_registration_check
  check (registration in ('open', 'invite-only', 'closed'));
