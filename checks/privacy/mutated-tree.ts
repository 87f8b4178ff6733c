import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const COPIED = ['src', 'sim', 'checks', 'bin', 'docs', 'package.json'] as const

/** One change of a file: `find` must stand in it exactly once. */
export type Edit = { readonly file: string; readonly find: string; readonly replace: string }

/** A copy of the checkout in which single files are changed and restored. */
export type MutatedTree = {
  readonly directory: string
  /** Makes the edits; throws when one does not fit, as a mutant that changes nothing would prove nothing. */
  readonly apply: (edits: readonly Edit[]) => void
  /** The tree as it is checked out. */
  readonly restore: () => void
  readonly remove: () => void
}

/** Copies the checkout to a temporary folder; packages are linked file by file, as Node's permission model looks through links. */
export function copyTree(): MutatedTree {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-mutant-'))
  for (const name of COPIED) cpSync(join(CHECKOUT, name), join(directory, name), { recursive: true })
  linkFolder(join(CHECKOUT, 'node_modules'), join(directory, 'node_modules'))
  const touched = new Set<string>()
  return {
    directory,
    apply: (edits) => {
      for (const { file, find, replace } of edits) {
        const text = readFileSync(join(directory, file), 'utf8')
        if (text.split(find).length !== 2) throw new Error(`${file} does not hold once: ${find.trim()}`)
        touched.add(file)
        writeFileSync(
          join(directory, file),
          text.replace(find, () => replace),
        )
      }
    },
    restore: () => {
      for (const file of touched) cpSync(join(CHECKOUT, file), join(directory, file))
      touched.clear()
    },
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** Packages for building and looking at code, which a server does not load. */
const UNUSED = /^(?:typescript|ts7|@typescript|@biomejs|oxlint.*|@oxlint.*|dependency-cruiser|@types|\.cache)$/

function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (UNUSED.test(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) linkFolder(source, target)
    else if (entry.isFile()) linkFile(source, target)
    else cpSync(source, target, { verbatimSymlinks: true })
  }
}

function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EXDEV')) throw thrown
    cpSync(source, target)
  }
}
