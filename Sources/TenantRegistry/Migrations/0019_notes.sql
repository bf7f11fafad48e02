-- What admins want to remember of a tenant: see TenantDetails.

alter table registry.tenants add column note text check (char_length(note) <= 500);
