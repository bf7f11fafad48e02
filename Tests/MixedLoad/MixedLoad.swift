import Foundation
import Logging
import NIOPosix
import PostgresClient

/// Runs the statements of ``MixedStatements`` through the Postgres client, for random tenants: the
/// first tenant is the one most asked for, the second half as often, the third a third as often.
///
/// usage: MixedLoad <folder> <port> <connections> <warm-up seconds> <seconds> <tenants>
///   <folder>, <port>: of the server's socket
///   <tenants>: a file with one tenant a line: login, role, user, ledger, tab-separated; the login's
///     password is its name
/// prints, as JSON, what it measured; then it keeps its connections until its input ends.
@main
struct MixedLoad {
  /// Requests under way at once.
  private static let workers = 32

  private let databases: [PostgresDatabase]
  private let tenants: [Tenant]
  private let ranks: ZipfDistribution

  private init(client: PostgresClient, folder: String, port: Int, tenants: [Tenant]) {
    self.tenants = tenants
    databases = tenants.map { tenant in
      client.database(
        PostgresLogin(
          host: folder, port: port, database: "terrace", user: tenant.login,
          password: tenant.login),
        scope: SessionScope(role: tenant.role, schema: tenant.role))
    }
    ranks = ZipfDistribution(count: tenants.count)
  }

  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.dropFirst().prefix(4).compactMap { Int($0) }
    guard arguments.count == 6, numbers.count == 4, let folder = arguments.first,
      let path = arguments.last
    else { fatalError("usage: MixedLoad FOLDER PORT CONNECTIONS WARM-UP-SECONDS SECONDS TENANTS") }
    var configuration = PostgresClientConfiguration()
    configuration.maximumConnections = numbers[1]
    configuration.queueTimeout = .seconds(30)
    let client = PostgresClient(
      configuration: configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
      logger: Logger(label: "mixed"))
    let load = MixedLoad(
      client: client, folder: folder, port: numbers[0], tenants: try Tenant.read(path))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await client.run() }
      defer { group.cancelAll() }
      let warm = try await load.run(seconds: numbers[2], seed: 1)
      let before = cpuSeconds
      let measured = try await load.run(seconds: numbers[3], seed: 2)
      print(
        """
        {"requests": \(measured.count), "per_second": \(measured.count / numbers[3]), \
        "p50_us": \(measured[measured.count / 2]), "p99_us": \(measured[measured.count * 99 / 100]), \
        "client_cpu_us": \((cpuSeconds - before) / Double(measured.count) * 1e6), \
        "requests_in_all": \(warm.count + measured.count)}
        """)
      fflush(nil)
      while readLine() != nil {}
    }
  }

  /// - Returns: how many microseconds each request took, the shortest first.
  private func run(seconds: Int, seed: UInt64) async throws -> [Int] {
    let end = ContinuousClock.now + .seconds(seconds)
    return try await withThrowingTaskGroup(of: [Int].self) { group in
      for worker in 0..<Self.workers {
        group.addTask {
          try await work(until: end, seed: seed << 32 + UInt64(worker))
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }.sorted()
    }
  }

  private func work(until end: ContinuousClock.Instant, seed: UInt64) async throws -> [Int] {
    var random = SplitMix(state: seed)
    var times: [Int] = []
    var now = ContinuousClock.now
    while now < end {
      let rank = ranks.next(using: &random)
      let statements = MixedStatements(tenant: tenants[rank])
      let number = Int.random(in: 0..<MixedStatements.count, using: &random)
      let query = statements.query(number, using: &random)
      if MixedStatements.writes(number) {
        _ = try await databases[rank].transaction([query])
      } else {
        _ = try await databases[rank].query(query)
      }
      let then = now
      now = .now
      times.append(Int((now - then) / .microseconds(1)))
    }
    return times
  }

  private static var cpuSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A line of the tenants' file.
struct Tenant: Sendable {
  let login: String
  let role: String
  let user: Int
  let ledger: Int

  static func read(_ path: String) throws -> [Tenant] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
      let fields = line.split(separator: "\t").map(String.init)
      guard fields.count == 4, let user = Int(fields[2]), let ledger = Int(fields[3]) else {
        fatalError("not a tenant: \(line)")
      }
      return Tenant(login: fields[0], role: fields[1], user: user, ledger: ledger)
    }
  }
}

/// Ranks from 0 whose probability falls as 1, 1/2, 1/3, …
struct ZipfDistribution: Sendable {
  private let sums: [Double]

  init(count: Int) {
    var sum = 0.0
    sums = (1...count).map { rank in
      sum += 1 / Double(rank)
      return sum
    }
  }

  func next(using random: inout SplitMix) -> Int {
    let value = Double.random(in: 0..<sums[sums.count - 1], using: &random)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// SplitMix64: two runs ask for the same.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
