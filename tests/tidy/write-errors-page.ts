// Brings the table rows of docs/errors.md up to date with src/failures.ts: `node tests/tidy/write-errors-page.ts`.
// The last column is written by hand and kept; a new code is put under its section with "…" there, which the test refuses until it is filled.
import { readFileSync, writeFileSync } from 'node:fs'
import { FAILURES } from '../../src/failures.ts'

const PAGE = 'docs/errors.md'
const failures = Object.entries(FAILURES)
const codes = failures.map(([code]) => code)
const page = readFileSync(PAGE, 'utf8')
const mends = new Map<string, string>()
for (const line of page.split('\n')) {
  const [, code, mend] = /^\| <a id="(\w+)">.* \| (.+?) \|$/.exec(line) ?? []
  if (code !== undefined && mend !== undefined) mends.set(code, mend)
}

const rows = failures.map(
  ([code, { status, message, retryable }]) =>
    `| <a id="${code}"></a>\`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${message} | ${mends.get(code) ?? '…'} |`,
)

// A section of the page holds the codes from its first known one up to the first of the next section.
const firstOf = (text: string): string | undefined => /^\| <a id="(\w+)">/.exec(text)?.[1]
const sections = page.split(/(?<=\n\|---.*\n)|(?=\n\n## |\n\nThis page)/)
const firsts = sections.map(firstOf).filter((code) => code !== undefined)
const written = sections.map((text) => {
  const first = firstOf(text)
  if (first === undefined) return text
  const next = firsts[firsts.indexOf(first) + 1]
  return rows.slice(codes.indexOf(first), next === undefined ? rows.length : codes.indexOf(next)).join('\n')
})
writeFileSync(PAGE, written.join(''))
