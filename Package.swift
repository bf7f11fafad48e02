// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "terrace",
  products: [
    .executable(name: "terrace", targets: ["Gateway"])
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
    .package(
      url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit.git", exact: "5.7.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache.git", exact: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-atomics.git", exact: "1.3.0"),
    .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
    .package(url: "https://github.com/apple/swift-collections.git", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics.git", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-http2.git", exact: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "CPostgresEnvironment"),
    .target(
      name: "PostgresClient",
      dependencies: [
        "CLibPQ", "CPostgresEnvironment",
        .product(name: "Atomics", package: "swift-atomics"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: settings),
    .target(name: "Tenancy", swiftSettings: settings),
    .target(
      name: "StatementFormats", dependencies: ["Tenancy"], swiftSettings: settings),
    .target(
      name: "HTTPServer",
      dependencies: [
        .product(name: "Atomics", package: "swift-atomics"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: settings),
    .target(
      name: "HTTPSupport",
      dependencies: [
        "HTTPServer", "PostgresClient", "Tenancy",
        .product(name: "Atomics", package: "swift-atomics"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ], resources: [.embedInCode("OpenAPI/shared.openapi.json")], swiftSettings: settings),
    .target(
      name: "TenantRegistry",
      dependencies: [
        "HTTPSupport", "PostgresClient", "Tenancy",
        .product(name: "Atomics", package: "swift-atomics"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "HashTreeCollections", package: "swift-collections"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], resources: [.embedInCode("Migrations")], swiftSettings: settings),
    .target(
      name: "AdminAPI",
      dependencies: [
        "HTTPSupport", "Tenancy", "TenantRegistry",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
      ], resources: [.embedInCode("OpenAPI")], swiftSettings: settings),
    .target(
      name: "Finance",
      dependencies: [
        "PostgresClient", "StatementFormats", "Tenancy",
        .product(name: "Atomics", package: "swift-atomics"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], resources: [.embedInCode("Migrations")], swiftSettings: settings),
    .target(
      name: "FinanceAPI",
      dependencies: [
        "Finance", "HTTPServer", "HTTPSupport", "PostgresClient", "StatementFormats", "Tenancy",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "NIOCore", package: "swift-nio"),
      ], resources: [.embedInCode("OpenAPI"), .embedInCode("Reference/Resources")],
      swiftSettings: settings),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "FinanceWeb",
      dependencies: [
        "CZlib", "Finance", "HTTPServer", "HTTPSupport", "PostgresClient", "StatementFormats",
        "Tenancy",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      resources: [
        .embedInCode("Accounts/account.mustache"),
        .embedInCode("Accounts/account_row.mustache"),
        .embedInCode("Accounts/accounts.mustache"),
        .embedInCode("Accounts/reconciliation.mustache"),
        .embedInCode("Accounts/reconciliations.mustache"),
        .embedInCode("Assets/app.webmanifest"), .embedInCode("Assets/icon.svg"),
        .embedInCode("Assets/sprite.svg"), .embedInCode("Assets/terrace.css"),
        .embedInCode("Assets/terrace.js"), .embedInCode("Errors/error.mustache"),
        .embedInCode("Categories/categories.mustache"),
        .embedInCode("Categories/category.mustache"),
        .embedInCode("Categories/category_row.mustache"),
        .embedInCode("Charts/chart_scale.mustache"),
        .embedInCode("Charts/chart_ticks.mustache"),
        .embedInCode("Imports/import.mustache"),
        .embedInCode("Imports/import_reading.mustache"),
        .embedInCode("Imports/import_row.mustache"), .embedInCode("Imports/imports.mustache"),
        .embedInCode("Layout/currencies.mustache"),
        .embedInCode("Layout/figure.mustache"), .embedInCode("Layout/gate.mustache"),
        .embedInCode("Layout/layout.mustache"), .embedInCode("Layout/notice.mustache"),
        .embedInCode("Month/month.mustache"), .embedInCode("More/more.mustache"),
        .embedInCode("Reports/report.mustache"),
        .embedInCode("Settings/second_step.mustache"),
        .embedInCode("Settings/settings.mustache"),
        .embedInCode("Sharing/new_ledger.mustache"),
        .embedInCode("Sharing/sharing.mustache"),
        .embedInCode("Recurrences/recurrence.mustache"),
        .embedInCode("Recurrences/recurrences.mustache"),
        .embedInCode("Rules/rule.mustache"),
        .embedInCode("Rules/rules.mustache"),
        .embedInCode("Apex/apex.mustache"),
        .embedInCode("SignIn/join.mustache"), .embedInCode("SignIn/kept_form.mustache"),
        .embedInCode("SignIn/password_reset.mustache"), .embedInCode("SignIn/sign_in.mustache"),
        .embedInCode("Users/user.mustache"),
        .embedInCode("Users/users.mustache"),
        .embedInCode("Transactions/row.mustache"),
        .embedInCode("Transactions/transaction.mustache"),
        .embedInCode("Transactions/transactions.mustache"),
      ], swiftSettings: settings),
    .target(name: "CSpawn"),
    .target(
      name: "EmbeddedPostgres",
      dependencies: [
        "CSpawn",
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: settings),
    .executableTarget(
      name: "Gateway",
      dependencies: [
        "AdminAPI", "EmbeddedPostgres", "Finance", "FinanceAPI", "FinanceWeb", "HTTPServer",
        "HTTPSupport", "PostgresClient", "Tenancy", "TenantRegistry",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Atomics", package: "swift-atomics"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ], resources: [.embedInCode("Manifests/tenant.yaml")], swiftSettings: settings),
    // What `benchmarks/run mixed` runs; no product has it.
    .executableTarget(
      name: "MixedLoad",
      dependencies: [
        "PostgresClient",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], path: "Tests/MixedLoad", swiftSettings: settings),
    .target(
      name: "TestSupport",
      dependencies: [
        "HTTPServer", "HTTPSupport", "PostgresClient",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "X509", package: "swift-certificates"),
      ], path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(
      name: "EmbeddedPostgresTests", dependencies: ["EmbeddedPostgres", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "PostgresClientTests",
      dependencies: [
        "CLibPQ", "PostgresClient", "EmbeddedPostgres", "TestSupport",
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .testTarget(name: "TenancyTests", dependencies: ["Tenancy"], swiftSettings: settings),
    .testTarget(
      name: "StatementFormatsTests", dependencies: ["StatementFormats", "Tenancy"],
      swiftSettings: settings),
    .testTarget(
      name: "HTTPServerTests",
      dependencies: [
        "HTTPServer", "HTTPSupport", "TestSupport",
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: settings),
    .testTarget(
      name: "HTTPSupportTests",
      dependencies: [
        "HTTPServer", "HTTPSupport", "PostgresClient", "Tenancy", "TestSupport",
        .product(name: "HummingbirdTesting", package: "hummingbird"),
      ], swiftSettings: settings),
    .target(
      name: "RegistryTestSupport",
      dependencies: ["EmbeddedPostgres", "PostgresClient", "TenantRegistry"],
      path: "Tests/RegistryTestSupport", swiftSettings: settings),
    .testTarget(
      name: "AdminAPITests",
      dependencies: [
        "AdminAPI", "EmbeddedPostgres", "RegistryTestSupport", "TenantRegistry", "TestSupport",
        .product(name: "HummingbirdTesting", package: "hummingbird"),
      ], swiftSettings: settings),
    .testTarget(
      name: "TenantRegistryTests",
      dependencies: [
        "TenantRegistry", "EmbeddedPostgres", "RegistryTestSupport", "TestSupport",
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: settings),
    .target(
      name: "FinanceTestSupport",
      dependencies: [
        "EmbeddedPostgres", "Finance", "PostgresClient", "Tenancy",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/FinanceTestSupport", swiftSettings: settings),
    .testTarget(
      name: "FinanceTests",
      dependencies: [
        "Finance", "FinanceTestSupport", "HTTPSupport", "PostgresClient", "Tenancy", "TestSupport",
        .product(name: "NIOPosix", package: "swift-nio"),
      ], swiftSettings: settings),
    .testTarget(
      name: "FinanceAPITests",
      dependencies: [
        "Finance", "FinanceAPI", "FinanceTestSupport", "HTTPSupport", "PostgresClient", "Tenancy",
        "TestSupport",
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], swiftSettings: settings),
    .testTarget(
      name: "FinanceWebTests",
      dependencies: [
        "Finance", "FinanceWeb", "HTTPSupport", "StatementFormats", "Tenancy",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "NIOCore", package: "swift-nio"),
      ], swiftSettings: settings),
    .testTarget(
      name: "GatewayTests",
      dependencies: [
        "AdminAPI", "CLibPQ", "Gateway", "EmbeddedPostgres", "Finance", "FinanceAPI", "FinanceWeb",
        "HTTPServer", "HTTPSupport", "PostgresClient", "TenantRegistry", "TestSupport",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: settings),
  ]
)
