const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Currencies that states issue (ISO 4217), with the offshore renminbi. */
export const fiat = words(
  `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNH CNY
   COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD
   IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
   MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS
   SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
   ZWG`,
);

export const preciousMetals = words('XAU XAG XPT XPD');

/** What is drilled or mined and quoted against a currency: oil, gas, copper, aluminium, nickel, lead, zinc. */
export const commodities = words('WTI XBR XTI BRENT UKOIL USOIL XNG NG XCU XAL XNI XPB XZN');

/** Coins that may be short, or whose pair could be read otherwise; others are known by their slash. */
export const coins = words(
  `BTC ETH SOL XRP ADA DOGE LTC BCH DOT LINK AVAX MATIC POL TRX XLM ATOM UNI ETC XMR NEAR APT ARB OP SUI SHIB PEPE TON BNB FIL
   ALGO AAVE`,
);

/** Coins that others are priced in. */
export const quoteCoins = words('USDT USDC BTC ETH');

/** Codes that are endings of ordinary words: `MARSHALL` is no pair of MARSH and the lek. */
export const wordLike = words('ALL BAM BOB COP CUP GEL GIP LAK MAD MOP PEN SOS TOP');
