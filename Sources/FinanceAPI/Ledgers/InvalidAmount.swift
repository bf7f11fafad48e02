/// The amount is not positive, has more decimals than the currency, or is too large.
struct InvalidAmount: Error {}
