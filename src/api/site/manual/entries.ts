import type { ErrorEntry } from '../docs/error-guide.ts'
import type { SiteWords } from '../words/index.ts'
import { CHAPTERS, type PageName, pathOf } from './chapters.ts'
import type { Manual } from './read-manual.ts'
import type { Entry } from './search.ts'

/** What else can be found than the texts: errors, set-ups of clients, operations of the interface. */
export type Besides = {
  readonly errors: readonly ErrorEntry[]
  readonly clients: readonly { readonly id: string; readonly name: string }[]
  readonly operations: readonly { readonly anchor: string; readonly line: string; readonly summary: string }[]
}

const REFERENCES: ReadonlySet<PageName> = new Set(CHAPTERS.reference)

/** All that can be found in the manual, in one language. */
export function entriesOf(
  manual: Manual,
  { manual: words, errors: errorWords }: SiteWords,
  { errors, clients, operations }: Besides,
): readonly Entry[] {
  const at = (name: PageName, anchor = ''): string => pathOf(name) + (anchor === '' ? '' : `#${anchor}`)
  return [
    ...[...manual.values()].flatMap(({ name, document }) =>
      document.parts.map(({ id, title, text }) => ({
        ...{ path: at(name, id), page: pageLine(words.pages[name], document.title), heading: title, text, isGuide: !REFERENCES.has(name) },
      })),
    ),
    ...clients.map(({ id, name }) => ({ path: at('', id), page: words.pages[''], heading: name, text: '', isGuide: true })),
    ...errors.map(({ code, status, message, mend }) => ({
      ...{
        path: at('errors', code),
        page: errorWords.title,
        heading: code,
        text: `${status} · ${message} · ${withoutLinks(mend)}`,
        isGuide: false,
      },
    })),
    ...operations.map(({ anchor, line, summary }) => ({
      path: at('api', anchor),
      page: words.pages.api,
      heading: line,
      text: summary,
      isGuide: false,
    })),
  ]
}

/** A page by its name in the list; by its title too, where that says something else. */
const pageLine = (label: string, title: string): string => (label === title || title === '' ? label : `${label} · ${title}`)

const withoutLinks = (text: string): string => text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1').replaceAll('`', '')
