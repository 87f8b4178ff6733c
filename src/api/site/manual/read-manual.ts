import { access, readFile } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Language } from '../../../spec/index.ts'
import { documentOf, type TextDocument } from '../texts/index.ts'
import { MANUAL_NAMES, type PageName } from './chapters.ts'

/** A page as it was read: in the language asked for, where somebody wrote it in that, else in English. */
export type ManualPage = { readonly name: PageName; readonly language: Language; readonly document: TextDocument }

/** The whole manual in one language. */
export type Manual = ReadonlyMap<string, ManualPage>

/** Reads every page, one in a turn of the event loop, as this process has others to answer meanwhile. */
export async function readManual(folder: URL, language: Language): Promise<Manual> {
  const pages = new Map<string, ManualPage>()
  for (const name of MANUAL_NAMES) {
    pages.set(name, await readPage({ folder, name, language }))
    await nextTurn()
  }
  return pages
}

type Wanted = { readonly folder: URL; readonly name: PageName; readonly language: Language }

async function readPage({ folder, name, language }: Wanted): Promise<ManualPage> {
  const own = new URL(`${language}/${name}.md`, folder)
  const isThere =
    language !== 'en' &&
    (await access(own).then(
      () => true,
      () => false,
    ))
  const text = await readFile(isThere ? own : new URL(`${name}.md`, folder), 'utf8')
  return { name, language: isThere ? language : 'en', document: documentOf(text) }
}
