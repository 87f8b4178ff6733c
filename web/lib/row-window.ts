/** Which rows of a long list are drawn: those from `first` up to and without `end`, with so many pixels above and below them. */
export type RowWindow = { readonly first: number; readonly end: number; readonly abovePx: number; readonly belowPx: number }

/** Rows that are drawn beyond what is seen, so that a quick scroll meets no gap. */
const SPARE = 12

/** The rows that are seen of `count`, each `rowPx` high, where the list's top has been scrolled by `scrolledPx` out of a view of `viewPx`. */
export function rowWindow(about: {
  readonly count: number
  readonly rowPx: number
  readonly scrolledPx: number
  readonly viewPx: number
}): RowWindow {
  const { count, rowPx, scrolledPx, viewPx } = about
  const seen = Math.ceil(viewPx / rowPx) + 2 * SPARE
  const first = Math.max(0, Math.min(Math.floor(scrolledPx / rowPx) - SPARE, count - seen))
  const end = Math.min(count, first + seen)
  return { first, end, abovePx: first * rowPx, belowPx: (count - end) * rowPx }
}
