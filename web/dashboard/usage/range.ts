/** What the address of the page can say: of which days, of what, and how it is told. */
export const NAMES = ['days', 'from', 'to', 'model', 'keyId', 'member', 'of', 'by'] as const

/** What an address says of it, as texts. */
export type UsageSearch = Readonly<Partial<Record<(typeof NAMES)[number], string>>>

/** The days that a page is of, both with them, and so many days before for comparison, where calls are kept so long. */
export type Range = { readonly from: string; readonly to: string; readonly days: readonly string[]; readonly before: string | undefined }
