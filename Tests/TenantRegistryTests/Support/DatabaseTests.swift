import RegistryTestSupport
import Testing

/// The tests that need a database.
@Suite(.servers) enum DatabaseTests {}
