import type { Finding, Rule } from './rule.ts'

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*$/
const BANNED_NAMES = /^(?:utils?|helpers?|misc|common|shared|stuff|types)$/
const inTree = (path: string) => /^(?:src|sim|checks|bench|tests|packaging|bin|web)\//.test(path)

const found = (isWrong: boolean, what: string): readonly Finding[] => (isWrong ? [{ line: 1, what }] : [])

/** Rules about where things lie and what they are called. */
export const LAYOUT_RULES: readonly Rule[] = [
  {
    id: 'kebab-case',
    mend: 'name files and folders in kebab-case after what they export',
    applies: inTree,
    find: ({ path }) => found(!path.split('/').every((part) => KEBAB.test(part) || /^README\.md$/.test(part)), path),
    caught: [
      ['src/ledger/holdMoney.ts', ''],
      ['src/ledger/Hold.ts', ''],
      ['src/Ledger/hold.ts', ''],
      ['src/ledger/hold_money.ts', ''],
    ],
    passed: [
      ['src/ledger/hold-money.test.ts', ''],
      ['src/db/migrations/0001-begin.sql', ''],
      ['bench/README.md', ''],
    ],
  },
  {
    id: 'names that mean nothing',
    mend: 'name the file or folder after the one idea in it',
    applies: inTree,
    find: ({ path }) =>
      found(
        path.split('/').some((part) => BANNED_NAMES.test(part.replace(/\..*$/, ''))),
        path,
      ),
    caught: [
      ['src/utils/a.ts', ''],
      ['src/ledger/helpers.ts', ''],
      ['src/ledger/common.test.ts', ''],
      ['sim/misc.ts', ''],
    ],
    passed: [
      ['src/lib/money.ts', ''],
      ['src/ledger/common-hold.ts', ''],
    ],
  },
  {
    id: 'folder sentence',
    mend: 'open index.ts with one sentence: what the folder is for, what it never does',
    applies: (path) => inTree(path) && path.endsWith('/index.ts'),
    find: ({ text }) => found(!/^\/\*\*\s*(?:\*\s*)?\S+(?:\s+(?:\*\s+)?\S+){4,}/.test(text), 'no opening docstring'),
    caught: [
      ['src/a/index.ts', "export * from './b.ts'"],
      ['src/a/index.ts', "// The ledger keeps money and never forgets.\nexport * from './b.ts'"],
      ['src/a/index.ts', '/** Ledger. */'],
    ],
    passed: [['src/a/index.ts', "/** Moves money; never talks to a client. */\nexport * from './b.ts'"]],
  },
]

/** Folders with code but without an index.ts that says what they are. */
export function missingIndexes(paths: readonly string[]): readonly string[] {
  const code = paths.filter((path) => /^(?:src|sim|checks|bench|tests|packaging)\/.*\.ts$/.test(path))
  const folders = new Set(code.map((path) => path.slice(0, path.lastIndexOf('/'))))
  return [...folders].filter((folder) => folder !== 'src' && folder !== 'tests' && !code.includes(`${folder}/index.ts`))
}
