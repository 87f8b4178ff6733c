/** What the address of the page says: of which days, of what, and how it is told. */
export const NAMES = ['days', 'from', 'to', 'model', 'key', 'of', 'by'] as const
export type UsageSearch = Readonly<Partial<Record<(typeof NAMES)[number], string>>>

/** The days that a page is of, both with them, and so many days before for comparison, where calls are kept so long. */
export type Range = { readonly from: string; readonly to: string; readonly days: readonly string[]; readonly before: string | undefined }
