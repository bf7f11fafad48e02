/// The names that banks give to their columns.
enum CSVVocabulary {
  /// What a header's text means. Several columns may mean the same; the lower rank is the better
  /// one.
  struct Meaning {
    var role: CSVRole
    var rank: Int
  }

  static func meaning(of name: String) -> Meaning? {
    let folded = HeaderText.folded(name)
    if let meaning = names[folded] { return meaning }
    // `Betrag (EUR)`, `Umsatz in EUR`
    var words = folded.split(separator: " ")
    while let last = words.last, currencies.contains(String(last)), words.count > 1 {
      words.removeLast()
    }
    return names[words.joined(separator: " ")]
  }

  private static let currencies: Set<String> = [
    "eur", "euro", "usd", "gbp", "chf", "pln", "czk", "brl", "sek", "nok", "dkk", "huf", "cad",
    "aud", "inr", "in", "1", "2", "3", "4",
  ]

  /// The words of a column that tells whether an amount is money out or in.
  static let debitWords: Set<String> = [
    "d", "dr", "db", "dbit", "debit", "debet", "debito", "s", "soll", "af", "out", "outgoing",
    "withdrawal", "expense", "spent", "ausgabe", "ausgang", "belastung", "cargo", "dare", "uscita",
    "obciazenie", "wydatek", "vydaj", "debit card", "sortie", "saida", "paid out", "-",
  ]
  static let creditWords: Set<String> = [
    "c", "cr", "crdt", "credit", "kredit", "credito", "h", "haben", "bij", "in", "incoming",
    "deposit", "income", "received", "einnahme", "eingang", "gutschrift", "abono", "avere",
    "entrata", "uznanie", "wplyw", "prijem", "entree", "entrada", "paid in", "+",
  ]

  /// An indicator's text as the words above have it: folded, but for a sign alone.
  static func indicatorWord(_ text: String) -> String {
    let folded = HeaderText.folded(text)
    return folded.isEmpty ? text.filter { $0 != " " } : folded
  }

  private static let names: [String: Meaning] = {
    var names: [String: Meaning] = [:]
    for (role, list) in vocabulary {
      let phrases = list.split(whereSeparator: { $0 == "|" || $0 == "\n" })
      for (rank, phrase) in phrases.enumerated() {
        let phrase = phrase.drop { $0 == " " }
        names[String(phrase)] = Meaning(role: role, rank: rank)
      }
    }
    return names
  }()

  // Phrases are folded: lower case, no accents, no punctuation. Each is there once.
  private static let vocabulary: [(CSVRole, String)] = [
    (
      .date,
      """
      date|booking date|transaction date|posting date|posted date|date posted|post date|trans date
      buchungstag|buchungsdatum|datum|buchung|belegdatum|transaktionsdatum|datum der buchung
      date operation|date de l operation|date de comptabilisation|date comptable|date d operation
      fecha|fecha operacion|fecha de operacion|fecha contable|f operacion
      data|data operazione|data contabile|data movimento|data registrazione
      data da operacao|data mov|data lancamento|data do movimento
      boekingsdatum|boekdatum|transactiedatum|datum transactie
      data operacji|data transakcji|data ksiegowania
      datum zauctovani|datum provedeni|datum transakce|datum pohybu|datum uskutecneni
      completed date|started date|created on|timestamp|date time|time
      value date|valuta|valutadatum|wertstellung|wertstellungsdatum|valuta datum|wert
      date valeur|date de valeur|fecha valor|data valuta|data valor|rentedatum|data waluty
      """
    ),
    (
      .amount,
      """
      amount|betrag|umsatz|buchungsbetrag|transaktionsbetrag|transaction amount|montant|importe
      importo|bedrag|kwota|kwota transakcji|kwota operacji|castka|castka transakce|objem|valor
      value|montante|quantia|suma|amount value|montant de l operation|importe de la operacion
      gross|net|brutto|netto|kwota w walucie rachunku|betrag wahrung|castka v mene uctu|transactiebedrag
      """
    ),
    (
      .debit,
      """
      debit|soll|outflow|paid out|money out|withdrawal|withdrawals|withdrawal amt|debit amount
      amount debit|ausgang|ausgange|belastung|belastungen|lastschrift|ausgaben|ausgabe|debits
      cargo|cargos|adeudo|addebito|addebiti|uscite|uscita|dare|debito|saida|saidas|debet
      uitgaven|obciazenia|obciazenie|wydatki|vydaj|vydaje|spent|expense|depense|depenses
      retraits|gastos|withdrawal amount|debitos
      """
    ),
    (
      .credit,
      """
      credit|haben|inflow|paid in|money in|deposit|deposits|deposit amt|credit amount
      amount credit|eingang|eingange|gutschrift|gutschriften|einnahmen|einnahme|credits
      abono|abonos|ingreso|ingresos|accredito|accrediti|entrate|entrata|avere|credito|entrada
      entradas|inkomsten|uznania|uznanie|wplywy|prijem|prijmy|received|income|recette|recettes
      depots|deposit amount|creditos
      """
    ),
    (
      .indicator,
      """
      debit credit|credit debit|d c|c d|dc|cd|dr cr|cr dr|db cr|soll haben|s h|sh|af bij
      debit credit indicator|soll haben kennzeichen|credit debit indicator|transaction type|type
      direction|typ|tipo|sens|kennzeichen|umsatzart|transaktionstyp|debito credito|typ transakcji
      """
    ),
    (
      .payee,
      """
      payee|payee name|counterparty|counterparty name|beneficiary|beneficiary name|recipient
      merchant|merchant name|to from|name
      auftraggeber empfanger|auftraggeber beguenstigter|beguenstigter zahlungspflichtiger
      begunstigter zahlungspflichtiger|name zahlungsbeteiligter|zahlungsempfanger
      zahlungsempfanger in|empfanger|empfanger auftraggeber|partner name|partnername|gegenpartei
      name des partners|beguenstigter|begunstigter|empfangername|empfaenger
      naam omschrijving|naam tegenpartij|tegenpartij|naam
      tiers|beneficiaire|nom|beneficiario|comercio|ordenante beneficiario|controparte
      nadawca odbiorca|odbiorca nadawca|odbiorca|kontrahent|dane kontrahenta|nazwa odbiorcy
      nazwa kontrahenta|nazev protiuctu|nazev protistrany|protistrana|nazev obchodnika
      jmeno protistrany|favorecido|destinatario
      """
    ),
    (
      .payer,
      """
      payer|zahlungspflichtige r|zahlungspflichtiger|auftraggeber|nadawca|ordenante|nazwa nadawcy
      ordinante
      """
    ),
    (
      .memo,
      """
      description|memo|notes|note|reference|payment reference|details|narrative|transaction details
      remittance information|particulars|communication|comment|message|narration|transaction
      verwendungszweck|buchungstext|beschreibung|notiz|zahlungsgrund|text|vorgang verwendungszweck
      libelle|libelle simplifie|libelle operation|libelle de l operation|informations complementaires
      reference de l operation|concepto|descripcion|observaciones|movimiento|mas datos
      descrizione|causale|descrizione operazione|descrizione estesa
      descricao|descritivo|historico|descricao da operacao
      omschrijving|mededelingen|mededeling|betalingskenmerk|vrije mededeling
      opis|opis transakcji|opis operacji|tytul|tytul operacji|szczegoly transakcji
      popis|poznamka|zprava pro prijemce|zprava|popis transakce|zprava pro mne
      """
    ),
    (.category, "category|kategorie|categorie|categoria|kategoria|rubriek|sous categorie"),
    (.categoryGroup, "category group|kategoriegruppe|hauptkategorie|parent category"),
    (
      .currency,
      """
      currency|currency code|wahrung|waehrung|devise|divisa|moneda|moeda|muntsoort|munt|waluta
      mena|ccy|mena uctu
      """
    ),
    (
      .account,
      """
      account|account name|account number|auftragskonto|iban auftragskonto|kontoname|rekening
      iban bban|rachunek|cuenta|compte|conto|conta|ucet|bezeichnung auftragskonto|konto
      """
    ),
    (
      .balance,
      """
      balance|running balance|running bal|account balance|balance after|saldo|kontostand
      saldo nach buchung|saldo nach|solde|saldo contabile|saldo po operacji|saldo po transakcji
      zustatek|saldo na mutatie|saldo disponible|saldo na trn|available balance|closing balance
      saldo apos|zustatek na ucte
      """
    ),
    (
      .externalID,
      """
      transaction id|fitid|id|transaction number|transaktions id|transaktionsnummer|uuid
      archivierungs id|operation id|volgnr|volgnummer|numer transakcji|id transakce|id pohybu
      nr transakcji|id transakcji|identifiant|unique id|external id|identifikace transakce
      """
    ),
    (.tags, "tags|labels|tag|label|schlagworte|etiquettes|etiquetas"),
    (
      .checkNumber,
      "check number|check no|cheque number|cheque no|check|check or slip|chq ref no|no cheque"
    ),
    (.transferAccount, "transfer account|transfer to account|transfer to"),
    (.transferAmount, "transfer amount"),
    (.transferCurrency, "transfer currency"),
  ]
}
