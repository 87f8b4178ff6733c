/**
 * The rule that each person has one account. `dotless` are hosts of mail whose names mean the same with and without dots, `disposable` those that
 * give anybody a new address, with all that lies below them; both in small letters.
 */
export type OneAccountRule = { readonly dotless: readonly string[]; readonly disposable: readonly string[] }
