/// Why a number is no amount of a currency.
enum InvalidAmount: Error, Hashable {
  case notPositive
  /// It has more decimals than the currency.
  case tooPrecise(Currency)
  /// It is more than ``Amount/maximum``.
  case tooLarge(Currency)
}
