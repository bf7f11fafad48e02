-- Has no rows: whoever changes privileges on objects that all logins share locks it.

create table registry.shared_privileges ();
