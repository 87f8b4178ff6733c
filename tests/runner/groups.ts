import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Test files by what they need. unit: nothing, quick. slow: nothing, but time (`x.slow.test.ts`). database: a PostgreSQL
 * server, and time where it is named so.
 * tidy: the tree itself. whole: Farebox as processes, the files of tests/.
 */
export type TestGroup = 'unit' | 'slow' | 'database' | 'tidy' | 'whole'

const PATTERNS = [
  'src/**/*.test.ts',
  'sim/**/*.test.ts',
  'checks/**/*.test.ts',
  'bench/**/*.test.ts',
  'web/lib/*.test.ts',
  'tests/**/*.test.ts',
]

/** How many files of a group share a process, where they may: those of a database hold connections and what their tests made of it. */
export const TOGETHER_MAX: Readonly<Partial<Record<TestGroup, number>>> = { unit: Number.POSITIVE_INFINITY, database: 8 }

const DATABASE = 'src/db/testing.ts'

/** All test files of the checkout, by group, in order of their path. */
export function findTestFiles(): Readonly<Record<TestGroup, readonly string[]>> {
  const groups: Record<TestGroup, string[]> = { unit: [], slow: [], database: [], tidy: [], whole: [] }
  const imports = new Map<string, readonly string[]>()
  for (const path of globSync(PATTERNS).sort()) groups[groupOf(path, imports)].push(path)
  return groups
}

function groupOf(path: string, imports: Map<string, readonly string[]>): TestGroup {
  if (path.startsWith('tests/tidy')) return 'tidy'
  if (path.startsWith('tests/') && !path.startsWith('tests/runner/')) return 'whole'
  if (reaches(path, imports)) return 'database'
  return path.endsWith('.slow.test.ts') ? 'slow' : 'unit'
}

/** Whether a file imports the databases for tests, itself or through what it imports; the product never does. */
function reaches(path: string, imports: Map<string, readonly string[]>): boolean {
  const seen = new Set([path])
  for (const file of seen) {
    if (file === DATABASE) return true
    const known = imports.get(file) ?? importsOf(file)
    imports.set(file, known)
    for (const imported of known) seen.add(imported)
  }
  return false
}

const importsOf = (file: string): readonly string[] =>
  existsSync(file)
    ? [...readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+\.ts)'/g)].map(([, to = '']) => join(dirname(file), to))
    : []
