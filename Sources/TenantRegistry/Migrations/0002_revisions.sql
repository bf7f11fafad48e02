-- Every change takes the one row of `revision` at commit time and keeps it until the commit is done,
-- so that revisions become visible in their own order. `terrace_registry` is the channel that gateways
-- listen on.

create table registry.revision (
  one boolean primary key default true check (one),
  value bigint not null,
  transaction xid8 not null
);

insert into registry.revision (value, transaction) values (0, '0');

create function registry.stamp_revision() returns trigger language plpgsql as $$
declare
  current bigint;
begin
  update registry.revision
    set value = value + 1, transaction = pg_current_xact_id()
    where transaction <> pg_current_xact_id()
    returning value into current;
  if found then
    perform pg_notify('terrace_registry', current::text);
  else
    select value into current from registry.revision;
  end if;
  case tg_table_name
    when 'cells' then
      update registry.cells set revision = current where id = new.id;
      if tg_op = 'UPDATE' then
        update registry.tenants set revision = current where cell_id = new.id;
      end if;
    when 'tenants' then
      update registry.tenants set revision = current
        where id = new.id and revision <> current;
    else
      update registry.tenants set revision = current
        where id in (new.tenant_id, old.tenant_id) and revision <> current;
  end case;
  return null;
end
$$;

-- The trigger's own updates, at depth 1, are no changes.
create constraint trigger stamp_revision after insert or update on registry.cells
  deferrable initially deferred for each row when (pg_trigger_depth() = 0)
  execute function registry.stamp_revision();

create constraint trigger stamp_revision after insert or update on registry.tenants
  deferrable initially deferred for each row when (pg_trigger_depth() = 0)
  execute function registry.stamp_revision();

create constraint trigger stamp_revision after insert or update or delete on registry.hosts
  deferrable initially deferred for each row when (pg_trigger_depth() = 0)
  execute function registry.stamp_revision();

create constraint trigger stamp_revision after insert or update or delete on registry.signing_keys
  deferrable initially deferred for each row when (pg_trigger_depth() = 0)
  execute function registry.stamp_revision();
