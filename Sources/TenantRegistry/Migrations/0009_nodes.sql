-- Database servers besides the one that the registry is on, which has no address.

alter table registry.nodes add column host text,
  add column port integer check (port between 1 and 65535),
  add check ((host is null) = (port is null)), add unique (host, port);

create unique index tenants_provisioning_idx on registry.tenants (id)
  where state = 'provisioning';
