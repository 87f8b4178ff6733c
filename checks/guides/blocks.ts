import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Who runs a block of commands: a test or check that is named in its first line ("sh run by FILE"), nobody for a reason ("sh not run: REASON"),
 * or, where nothing is said, the check of the guides.
 */
export type RunBy = { readonly file: string } | { readonly notRun: string } | 'guides'

/** A fenced block of a page. */
export type Block = { readonly page: string; readonly language: string; readonly text: string; readonly runBy: RunBy }

const FENCE = /^( *)```([^\n`]*)\n([\s\S]*?)^\1```/gm

/** The blocks of a page, in order. */
export const blocksOf = (page: string): readonly Block[] =>
  [...readFileSync(page, 'utf8').matchAll(FENCE)].map(([, indent = '', info = '', text = '']) => ({
    page,
    language: info.split(' ')[0] ?? '',
    text: indent === '' ? text : text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    runBy: runByOf(page, info),
  }))

/** Whether a block is typed into a shell. */
export const isShell = ({ language }: Block): boolean => ['', 'sh'].includes(language)

/** Pages that people follow: all of docs but decisions, and those at the root. */
export const pagesOfDocs = (): readonly string[] => [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'ARCHITECTURE.md'],
  ...['docs', join('docs', 'zh')].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
]

/** What stands on the front page is marked nowhere, as everybody reads it; its test pastes every block. */
const BY_PAGE: Readonly<Record<string, RunBy>> = {
  'README.md': { file: 'tests/readme.test.ts' },
  'CONTRIBUTING.md': { notRun: 'they are what runs the tests' },
}

function runByOf(page: string, info: string): RunBy {
  const [, file] = /^sh run by (\S+)$/.exec(info) ?? []
  if (file !== undefined) return { file }
  const [, notRun] = /^sh not run: (.+)$/.exec(info) ?? []
  if (notRun !== undefined) return { notRun }
  return BY_PAGE[page] ?? 'guides'
}
