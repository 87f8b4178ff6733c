/** A list that is read page by page, the newest entries first; `next` is where it goes on, undefined at its end. */
export type Known<Entry> = { readonly entries: readonly Entry[]; readonly next: string | undefined }

/**
 * What is known after the first page was read again: the page, and of what was known all that is older. Where more came than a page holds, what is
 * known begins anew, so that there is never a gap in it.
 */
export function withFirstPage<Entry>(known: Known<Entry>, page: Known<Entry>, idOf: (entry: Entry) => string): Known<Entry> {
  const last = page.entries.at(-1)
  if (last === undefined || page.next === undefined) return page
  const at = known.entries.findIndex((entry) => idOf(entry) === idOf(last))
  return at < 0
    ? page
    : { entries: [...page.entries, ...known.entries.slice(at + 1)], next: at + 1 < known.entries.length ? known.next : page.next }
}

/**
 * The same of a search, whose pages end where enough was looked at, however few entries they have. What a page has and is known is there once; what
 * is known further back stays. A page reaches far further back than the last asking, so that nothing can have come in between.
 */
export function withSearchedPage<Entry>(known: Known<Entry>, page: Known<Entry>, idOf: (entry: Entry) => string): Known<Entry> {
  const fresh = new Set(page.entries.map(idOf))
  return { entries: [...page.entries, ...known.entries.filter((entry) => !fresh.has(idOf(entry)))], next: known.next }
}

/** What is known after the following page was read. */
export const withNextPage = <Entry>(known: Known<Entry>, page: Known<Entry>): Known<Entry> => ({
  entries: [...known.entries, ...page.entries],
  next: page.next,
})
