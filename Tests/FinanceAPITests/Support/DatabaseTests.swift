import FinanceTestSupport
import Testing

/// The tests that need a database. They share one Postgres, since starting one takes longer than
/// most of them, and each makes tenants of its own in it.
@Suite(.sharedPostgres) enum DatabaseTests {}
