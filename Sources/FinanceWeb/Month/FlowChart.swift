import Finance
import Tenancy

/// Where the month's money came from and where it went: a band for each source on the left, and for each
/// use on the right. The picture is as wide as its place, and its texts are not stretched with it.
struct FlowChart: Sendable {
  struct Band: Sendable {
    /// Which of the eight colours it has, or `rest`.
    let tone: String
    let path: String
  }

  struct Label: Sendable {
    let x: String
    let shift: String
    let y: String
    let isRight: Bool
    let labelText: String
    let labelLink: String?
    let wholeText: String
  }

  struct Row: Sendable {
    let flowName: String
    let flowAmount: Figure
  }

  let height: Int
  let bands: [Band]
  let labels: [Label]
  let text: String
  let sources: [Row]
  let uses: [Row]

  private static let shown = 8
  /// A band's text needs so much.
  private static let line = 24.0
  private static let full = 260.0
  /// Of a hundred parts of the width, where the bands meet.
  private static let middle = 50.0
  private static let longest = 16

  private struct Flow {
    let name: String
    let amount: Int128
    let link: String?
    let tone: String
  }

  /// Nil if nothing came in and nothing went out.
  init?(_ figures: MonthFigures, _ visit: LedgerVisit, _ list: String) {
    let words = visit.words.monthWords
    var sources = Self.flows(figures.flows.filter(\.isIncome), visit, list, { $0.total.plus })
    var uses = Self.flows(figures.flows.filter { !$0.isIncome }, visit, list, { $0.total.minus })
    let (came, went) = (sources.map(\.amount).reduce(0, +), uses.map(\.amount).reduce(0, +))
    let most = max(came, went)
    guard most > 0 else { return nil }
    let isSaving = came >= went
    if came > went {
      uses.append(Flow(name: words.flowKept, amount: came - went, link: nil, tone: "kept"))
    } else if went > came {
      sources.append(Flow(name: words.flowReserves, amount: went - came, link: nil, tone: "kept"))
    }
    func row(_ flow: Flow) -> Row {
      Row(
        flowName: flow.name,
        flowAmount: Figure(flow.amount, figures.currency, visit.locale, link: flow.link))
    }
    self.sources = sources.map(row)
    self.uses = uses.map(row)
    text = (isSaving ? words.flowText : words.flowTextOver).filled(
      visit.locale.number(came, figures.currency), visit.locale.number(went, figures.currency),
      visit.locale.number(Int128((came - went).magnitude), figures.currency))
    let height = max(Self.height(sources, most), Self.height(uses, most))
    self.height = Int(height.rounded(.up))
    let left = Self.side(sources, most, height, isRight: false, visit, figures.currency)
    let right = Self.side(uses, most, height, isRight: true, visit, figures.currency)
    bands = left.bands + right.bands
    labels = left.labels + right.labels
  }

  /// The largest first, and what is left of them as one. What a refund has made negative is none.
  private static func flows(
    _ lines: [CategorySums], _ visit: LedgerVisit, _ list: String,
    _ amount: (ConvertedSums) -> Int128
  ) -> [Flow] {
    let sorted = lines.map { ($0, amount($0.sums)) }.filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }
    let named = sorted.count > shown ? sorted.prefix(shown - 1) : sorted[...]
    var flows = named.enumerated().map { index, line in
      Flow(
        name: line.0.id == nil ? visit.words.noCategory : line.0.name, amount: line.1,
        link: line.0.id.map { "\(list)&category=\($0)" }
          ?? "\(list)&category=none&kind=\(line.0.isIncome ? "income" : "expense")",
        tone: String(index + 1))
    }
    let rest = sorted.dropFirst(named.count).reduce(Int128(0)) { $0 + $1.1 }
    if rest > 0 {
      flows.append(
        Flow(name: visit.words.monthWords.flowRest, amount: rest, link: nil, tone: "rest"))
    }
    return flows
  }

  private static func thickness(_ flow: Flow, _ most: Int128) -> Double {
    max(2, Double(flow.amount) / Double(most) * full)
  }

  private static func height(_ flows: [Flow], _ most: Int128) -> Double {
    flows.reduce(0) { $0 + max(line, thickness($1, most) + 4) }
  }

  private static func side(
    _ flows: [Flow], _ most: Int128, _ height: Double, isRight: Bool, _ visit: LedgerVisit,
    _ currency: Currency
  ) -> (bands: [Band], labels: [Label]) {
    let whole = flows.reduce(0) { $0 + thickness($1, most) }
    var inner = (height - whole) / 2
    var outer = (height - Self.height(flows, most)) / 2
    var bands: [Band] = []
    var labels: [Label] = []
    for flow in flows {
      let thick = thickness(flow, most)
      let slot = max(line, thick + 4)
      let top = outer + (slot - thick) / 2
      bands.append(
        Band(tone: flow.tone, path: path(from: inner, to: top, thick, isRight: isRight)))
      let amount = visit.locale.number(flow.amount, currency)
      let short =
        flow.name.count > longest ? flow.name.prefix(longest - 1) + "…" : flow.name[...]
      labels.append(
        Label(
          x: isRight ? "100%" : "0", shift: isRight ? "-8" : "8", y: text(outer + slot / 2),
          isRight: isRight,
          labelText: "\(short) \(amount)", labelLink: flow.link,
          wholeText: "\(flow.name) \(amount)"))
      inner += thick
      outer += slot
    }
    return (bands, labels)
  }

  /// A band from the middle, where all are one, to its place at the edge.
  private static func path(
    from inner: Double, to outer: Double, _ thick: Double, isRight: Bool
  ) -> String {
    let (edge, bend) = isRight ? (100.0, (middle + 100) / 2) : (0.0, middle / 2)
    let (a, b) = (text(inner), text(outer))
    let (c, d) = (text(outer + thick), text(inner + thick))
    let (m, e, k) = (text(middle), text(edge), text(bend))
    return "M\(m) \(a)C\(k) \(a) \(k) \(b) \(e) \(b)V\(c)C\(k) \(c) \(k) \(d) \(m) \(d)Z"
  }

  private static func text(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : String(Double(tenths) / 10)
  }
}
