import PostgresClient
import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// The functions of Postgres' own through which one statement could hold something that all
  /// tenants share, for longer than its transaction lasts.
  @Suite struct SharedFunctionsTests {
    /// Every volatile function that PUBLIC may execute, by what was found when it was reviewed. A
    /// version that brings another fails the test: review it, and list it here or have
    /// `SharedFunctionSQL` take it from PUBLIC.
    private static let reviewed: [(why: String, names: String)] = [
      (
        "it is called by the system alone: a trigger, a handler, a validator",
        """
        RI_FKey_cascade_del RI_FKey_cascade_upd RI_FKey_check_ins RI_FKey_check_upd
        RI_FKey_noaction_del RI_FKey_noaction_upd RI_FKey_restrict_del RI_FKey_restrict_upd
        RI_FKey_setdefault_del RI_FKey_setdefault_upd RI_FKey_setnull_del RI_FKey_setnull_upd
        amvalidate bernoulli brinhandler bthandler dsnowball_init dsnowball_lexize ginhandler
        gisthandler hashhandler heap_tableam_handler plpgsql_call_handler plpgsql_inline_handler
        plpgsql_validator spghandler suppress_redundant_updates_trigger system
        tsvector_update_trigger tsvector_update_trigger_column unique_key_recheck
        """
      ),
      (
        "it runs in pg_upgrade alone",
        """
        binary_upgrade_add_sub_rel_state binary_upgrade_create_empty_extension
        binary_upgrade_logical_slot_has_caught_up binary_upgrade_replorigin_advance
        binary_upgrade_set_missing_value binary_upgrade_set_next_array_pg_type_oid
        binary_upgrade_set_next_heap_pg_class_oid binary_upgrade_set_next_heap_relfilenode
        binary_upgrade_set_next_index_pg_class_oid binary_upgrade_set_next_index_relfilenode
        binary_upgrade_set_next_multirange_array_pg_type_oid
        binary_upgrade_set_next_multirange_pg_type_oid binary_upgrade_set_next_pg_authid_oid
        binary_upgrade_set_next_pg_enum_oid binary_upgrade_set_next_pg_tablespace_oid
        binary_upgrade_set_next_pg_type_oid binary_upgrade_set_next_toast_pg_class_oid
        binary_upgrade_set_next_toast_relfilenode binary_upgrade_set_record_init_privs
        """
      ),
      (
        "it asks for a superuser, for the object's owner or for a predefined role by itself",
        """
        brin_desummarize_range brin_summarize_new_values brin_summarize_range
        gin_clean_pending_list pg_cancel_backend pg_clear_attribute_stats pg_clear_relation_stats
        pg_extension_config_dump pg_import_system_collations pg_nextoid pg_read_file_old
        pg_restore_attribute_stats pg_restore_relation_stats pg_rotate_logfile_old
        pg_stop_making_pinned_objects pg_terminate_backend setval
        """
      ),
      (
        "it reads, and leaves nothing behind",
        """
        clock_timestamp current_query currtid2 currval cursor_to_xml cursor_to_xmlschema lastval
        pg_available_wal_summaries pg_blocking_pids pg_collation_actual_version
        pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system
        pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn
        pg_database_collation_actual_version pg_database_size pg_get_loaded_modules
        pg_get_multixact_members pg_get_sequence_data pg_get_wait_events
        pg_get_wal_replay_pause_state pg_get_wal_resource_managers pg_get_wal_summarizer_state
        pg_indexes_size pg_is_in_recovery pg_is_wal_replay_paused
        pg_isolation_test_session_is_blocked pg_jit_available pg_last_committed_xact
        pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp
        pg_lock_status pg_notification_queue_usage pg_partition_ancestors pg_partition_tree
        pg_prepared_xact pg_relation_size pg_safe_snapshot_blocking_pids pg_sequence_last_value
        pg_stat_get_backend_io pg_stat_get_backend_wal pg_stat_get_io
        pg_stat_get_recovery_prefetch pg_stat_get_xact_blocks_fetched pg_stat_get_xact_blocks_hit
        pg_stat_get_xact_function_calls pg_stat_get_xact_function_self_time
        pg_stat_get_xact_function_total_time pg_stat_get_xact_numscans
        pg_stat_get_xact_tuples_deleted pg_stat_get_xact_tuples_fetched
        pg_stat_get_xact_tuples_hot_updated pg_stat_get_xact_tuples_inserted
        pg_stat_get_xact_tuples_newpage_updated pg_stat_get_xact_tuples_returned
        pg_stat_get_xact_tuples_updated pg_table_size pg_tablespace_size pg_total_relation_size
        pg_wal_summary_contents pg_xact_commit_timestamp pg_xact_commit_timestamp_origin
        pg_xact_status timeofday txid_status
        """
      ),
      (
        "it computes, or runs SQL with the rights of who calls it, until the statement's timeout",
        """
        array_sample array_shuffle gen_random_uuid nextval pg_sleep pg_sleep_for pg_sleep_until
        query_to_xml query_to_xml_and_xmlschema query_to_xmlschema random random_normal ts_rewrite
        ts_stat uuidv4 uuidv7
        """
      ),
      (
        "it releases what the session itself holds",
        "pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared"
      ),
      (
        "it concerns the session's own copy of the statistics",
        "pg_stat_clear_snapshot pg_stat_force_next_flush"
      ),
    ]

    @Test func everyVolatileFunctionThatIsLeftToPublicWasReviewed() async throws {
      try await withRegistry { fixture in
        let left: [String] = try await fixture.superuser.query(
          """
          select distinct proname::text from pg_proc
          where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'v'
            and has_function_privilege('public', oid, 'execute')
          order by 1
          """
        ).map { try $0.decode(0) }
        let reviewed = Self.reviewed.flatMap { $0.names.split(whereSeparator: \.isWhitespace) }
        #expect(Set(reviewed).count == reviewed.count)
        #expect(left.filter { !reviewed.contains($0[...]) } == [])
      }
    }

    /// What would hold a lock, a place in a queue, a file, a slot or a setting.
    static let holding = [
      "pg_advisory_lock(1)", "pg_advisory_lock(1, 2)", "pg_advisory_lock_shared(1)",
      "pg_advisory_xact_lock(1)", "pg_advisory_xact_lock_shared(1)", "pg_try_advisory_lock(1)",
      "pg_try_advisory_lock_shared(1)", "pg_try_advisory_lock_shared(1, 2)",
      "pg_try_advisory_xact_lock(1)", "pg_try_advisory_xact_lock_shared(1)",
      "count(pg_try_advisory_lock(g)) from generate_series(1, 100000) g",
      "pg_notify('terrace_registry', '1')", "lo_create(0)", "lo_creat(-1)",
      "lo_from_bytea(0, 'x')", "lo_open(1, 262144)", "lo_unlink(1)", "lo_put(1, 0, 'x')",
      "lo_get(1)", "loread(0, 1)", "lowrite(0, 'x')", "lo_import('/etc/hostname')",
      "pg_export_snapshot()", "pg_logical_emit_message(false, 'x', repeat('x', 1000))",
      "pg_create_physical_replication_slot('x', true)",
      "pg_create_logical_replication_slot('x', 'pgoutput')", "pg_drop_replication_slot('x')",
      "setseed(0.5)", "pg_switch_wal()", "pg_reload_conf()", "pg_create_restore_point('x')",
      "pg_replication_origin_create('x')", "pg_rotate_logfile()",
    ]

    @Test func neitherAnExpressionNorADedicatedLoginHoldsWhatAllShare() async throws {
      try await withRegistry { fixture in
        let acme = try await fixture.register("acme")
        let globex = try await fixture.register("globex", isolation: .dedicated)
        let databases = [
          fixture.client.database(
            try fixture.cellLogin(), scope: SessionScope(role: acme.role, schema: acme.schema)),
          fixture.client.database(try fixture.cellLogin()),
          fixture.client.database(
            fixture.tenantLogin(globex),
            scope: SessionScope(role: globex.role, schema: globex.schema)),
          fixture.client.database(fixture.tenantLogin(globex)),
        ]
        for expression in Self.holding {
          for database in databases {
            let state = try await sqlState {
              try await database.query(.init(unsafeSQL: "select \(expression)"))
            }
            #expect(state == "42501", "\(expression): \(state ?? "worked")")
          }
        }
      }
    }

    /// A statement runs as the tenant's role, which is no member of the login that its session is.
    @Test func anExpressionEndsNoSession() async throws {
      try await withRegistry { fixture in
        let acme = try await fixture.register("acme")
        let cell = try fixture.cellLogin()
        let scoped = fixture.client.database(
          cell, scope: SessionScope(role: acme.role, schema: acme.schema))
        try await fixture.client.database(cell).withTransaction { transaction in
          let pid: Int = try await transaction.query("select pg_backend_pid()")[0].decode(0)
          for function in ["pg_terminate_backend", "pg_cancel_backend"] {
            let state = try await sqlState {
              try await scoped.query(.init(unsafeSQL: "select \(function)(\(pid))"))
            }
            #expect(state == "42501", "\(function)")
          }
        }
      }
    }

    @Test func aTenantsLoginConnectsToNoOtherDatabase() async throws {
      try await withRegistry { fixture in
        let globex = try await fixture.register("globex", isolation: .dedicated)
        for name in ["postgres", "template1"] {
          for var login in [fixture.tenantLogin(globex), try fixture.cellLogin()] {
            login.database = name
            await #expect(throws: PostgresError.self, "\(login.user) in \(name)") {
              try await fixture.client.tryLogin(login)
            }
          }
        }
      }
    }

    @Test func temporaryFilesOfATenantsLoginAreBounded() async throws {
      try await withRegistry { fixture in
        let globex = try await fixture.register("globex", isolation: .dedicated)
        try await fixture.register("acme")
        for login in [try fixture.cellLogin(), fixture.tenantLogin(globex)] {
          let database = fixture.client.database(login)
          let limit = try await database.query("show temp_file_limit")[0].decode(
            0, as: String.self)
          #expect(limit == "256MB", "\(login.user)")
          for statement in [
            "set temp_file_limit = -1", "set local temp_file_limit = -1",
            "alter role \(login.user) set temp_file_limit = -1",
            "alter role \(login.user) reset temp_file_limit",
          ] {
            let state = try await sqlState {
              try await database.query(.init(unsafeSQL: statement))
            }
            #expect(state == "42501", "\(statement)")
          }
        }
      }
    }
  }
}
