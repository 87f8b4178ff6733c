/** A place that can be found: a page or a part of one. */
export type Entry = {
  readonly path: string
  readonly page: string
  readonly heading: string
  readonly text: string
  /** Whether somebody wrote it to be read, and it is no row of a reference. */
  readonly isGuide: boolean
}

/** What was found, the best first. `isPartial` says that no place has all of the words, `count` how many places there were. */
export type Found = {
  readonly count: number
  readonly hits: readonly Hit[]
  readonly isPartial: boolean
  readonly words: readonly string[]
}

/** A place that was found, with the words around. */
export type Hit = Entry & { readonly around: string }

/** An entry with what it is searched by, made once. */
export type Indexed = { readonly entry: Entry; readonly page: string; readonly heading: string; readonly text: string }

const QUERY_MAX = 80
const WORDS_MAX = 6
const HITS_MAX = 30
const EACH_MAX = { guide: 5, reference: 3 } as const
const AROUND = 150

/** Makes entries ready to be searched. */
export const indexOf = (entries: readonly Entry[]): readonly Indexed[] =>
  entries.map((entry) => ({
    entry,
    page: folded(entry.page),
    heading: folded(entry.heading),
    text: folded(entry.text),
  }))

/** What somebody typed, cut to a length that is cheap to look for. */
export const queryOf = (text: string | undefined): string => (text ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, QUERY_MAX)

/**
 * The places that have all words of a query, as beginnings of words; where there is none, those that have some. A word in the name of a page
 * counts most, then one in a heading, then in the text. `meanings` are words of other languages, or other words for the same, by the English one.
 */
export function searchManual(index: readonly Indexed[], query: string, meanings: Readonly<Record<string, string>>): Found {
  const words = wordsOf(query, meanings)
  if (words.length === 0) return { count: 0, hits: [], isPartial: false, words }
  const scored = index.map((one) => ({ one, marks: words.map((word) => markOf(one, word)) }))
  const whole = scored.filter(({ marks }) => marks.every((mark) => mark > 0))
  const some = whole.length > 0 ? whole : scored.filter(({ marks }) => marks.some((mark) => mark > 0))
  const sorted = some.map(({ one, marks }) => ({ one, sum: sumOf(one, marks) })).toSorted((a, b) => b.sum - a.sum)
  const hits = fewOfEach(sorted.map(({ one }) => one)).map((one) => ({ ...one.entry, around: aroundOf(one, words) }))
  return { count: some.length, hits, isPartial: whole.length === 0 && some.length > 0, words }
}

const sumOf = ({ entry }: Indexed, marks: readonly number[]): number =>
  marks.reduce((all, mark) => all + mark, 0) + (entry.isGuide ? GUIDE_MARK : 0)

/** At most a few places of each page, so that one that is all about it does not hide the others. */
function fewOfEach(sorted: readonly Indexed[]): readonly Indexed[] {
  const taken = new Map<string, number>()
  const few = sorted.filter(({ page, entry }) => {
    taken.set(page, (taken.get(page) ?? 0) + 1)
    return (taken.get(page) ?? 0) <= EACH_MAX[entry.isGuide ? 'guide' : 'reference']
  })
  return few.slice(0, HITS_MAX)
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

function wordsOf(query: string, meanings: Readonly<Record<string, string>>): readonly string[] {
  const typed = folded(query)
  const meant = Object.entries(meanings)
    .filter(([, others]) => others.split(' ').some((other) => typed.includes(other)))
    .map(([word]) => word)
  const plain = typed.match(/[\p{L}\p{N}_]+/gu) ?? []
  const isKnown = (word: string): boolean => /\p{Script=Han}/u.test(word) && meant.length > 0
  return [...new Set([...plain.filter((word) => !isKnown(word)), ...meant])].slice(0, WORDS_MAX)
}

const PAGE_MARK = 12
const HEADING_MARK = 8
const WHOLE_MARK = 4
const TIMES_MAX = 5
const GUIDE_MARK = 6

/** How much a place is about a word; 0: it does not have it. */
function markOf({ page, heading, text }: Indexed, word: string): number {
  const [inPage, inHeading, inText] = [timesOf(page, word), timesOf(heading, word), timesOf(text, word)]
  const isWhole = inHeading > 0 && heading.split(/[^\p{L}\p{N}_]+/u).includes(word)
  return (inPage > 0 ? PAGE_MARK : 0) + (inHeading > 0 ? HEADING_MARK : 0) + (isWhole ? WHOLE_MARK : 0) + inText
}

/** How often a word begins with this one, counted up to a few. */
function timesOf(text: string, word: string): number {
  let times = 0
  for (let at = nextAt(text, word, 0); at !== -1 && times < TIMES_MAX; at = nextAt(text, word, at + word.length)) times += 1
  return times
}

function nextAt(text: string, word: string, from: number): number {
  for (let at = text.indexOf(word, from); at !== -1; at = text.indexOf(word, at + 1))
    if (!/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ') || isHan(word)) return at
  return -1
}

const isHan = (word: string): boolean => /\p{Script=Han}/u.test(word)

/** The words around the first that was found, or the beginning. */
function aroundOf({ entry, text }: Indexed, words: readonly string[]): string {
  const places = words.map((word) => nextAt(text, word, 0)).filter((at) => at !== -1)
  const first = places.length === 0 || text.length !== entry.text.length ? 0 : Math.min(...places)
  const from = first <= AROUND / 2 ? 0 : entry.text.lastIndexOf(' ', first - AROUND / 3) + 1
  const cut = entry.text.slice(from, from + 2 * AROUND)
  const isLonger = from + 2 * AROUND < entry.text.length
  return `${from > 0 ? '… ' : ''}${isLonger ? cut.slice(0, Math.max(cut.lastIndexOf(' '), AROUND)) : cut}${isLonger ? ' …' : ''}`
}
