-- What gateways say of deployments that tenants are to move to, and of requests that they began before
-- a tenant moved.

-- Requests that were begun by what the registry said before this revision are over.
alter table registry.leases add column settled bigint not null default 0;

create function registry.settle_lease(lease uuid, settled bigint) returns void
  language sql security definer
begin atomic
  update registry.leases l set settled = settle_lease.settled where l.id = lease;
end;

create index tenants_upstream_trials_idx on registry.tenants (id)
  where isolation = 'dedicated' and served_by = 'shared';

-- A deployment of its own is there, and its requests do not go to it yet.
create view registry.upstream_trials as
  select t.id as tenant_id from registry.tenants t
  where t.isolation = 'dedicated' and t.served_by = 'shared' and t.state <> 'deleted'
    and exists (select from registry.live_leases l
      where l.tenant_id = t.id and l.revision > 0);

create unlogged table registry.upstream_reports (
  lease uuid not null references registry.leases on delete cascade,
  tenant_id uuid not null references registry.tenants,
  fault text,
  reported_at timestamptz not null default clock_timestamp(),
  primary key (lease, tenant_id)
);

create function registry.report_upstream(lease uuid, tenant uuid, fault text) returns void
  language sql security definer
begin atomic
  delete from registry.upstream_reports r
    where r.lease = report_upstream.lease
      and r.reported_at < clock_timestamp() - interval '1 minute';
  insert into registry.upstream_reports as r (lease, tenant_id, fault)
    select l.id, t.id, left(report_upstream.fault, 200)
    from registry.leases l, registry.tenants t
    where l.id = report_upstream.lease and l.tenant_id is null and t.id = tenant
    on conflict on constraint upstream_reports_pkey do update
      set fault = excluded.fault, reported_at = excluded.reported_at;
end;

grant select on registry.upstream_trials to terrace_reader;

grant execute on function registry.settle_lease(uuid, bigint),
  registry.report_upstream(uuid, uuid, text) to terrace_reader;
