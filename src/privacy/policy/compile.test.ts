// Guarantee: a promise is printed exactly while each check of each of its clauses passed lately; all else is always printed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checksOf } from './clause.ts'
import { CLAUSES } from './clauses.ts'
import { claimsOf, compilePolicy } from './compile.ts'
import { proveClauses, RESULT_DAYS, readResults } from './proof.ts'
import { TEST_NOW, testFacts } from './testing.ts'

const CHECKS = [...new Set(CLAUSES.flatMap((clause) => checksOf(clause, CLAUSES)))]
const ENDS = ['passed', 'failed', 'not run', 'stale', 'empty', 'absent'] as const
type End = (typeof ENDS)[number]

function lineOf(id: string, end: End): readonly string[] {
  if (end === 'absent') return []
  const at = new Date(TEST_NOW - (end === 'stale' ? RESULT_DAYS + 1 : 1) * 86_400_000).toISOString()
  const line = { id, n: end === 'empty' ? 0 : 10, failures: end === 'failed' ? 2 : 0, seed: 1, measured: {}, tier: 'pr', commit: 'abc', at }
  return [JSON.stringify(end === 'not run' ? { ...line, notRun: 'no such host' } : line)]
}

test('whatever the checks say, a promise stands while all of its own passed, and nothing else falls with them', () => {
  const facts = testFacts('strict')
  // Most checks pass, else hardly a promise would ever stand.
  const endings = fc.array(fc.tuple(fc.constantFrom(...CHECKS), fc.constantFrom(...ENDS)), { maxLength: 8 })
  fc.assert(
    fc.property(endings, (changed) => {
      const ends = new Map<string, End>([...CHECKS.map((id) => [id, 'passed'] as const), ...changed])
      const proven = proveClauses(readResults([[...ends].flatMap(([id, end]) => lineOf(id, end)).join('\n')]), TEST_NOW)
      const { sections } = compilePolicy(facts, proven)
      const printed = new Set(sections.flatMap(({ sentences }) => sentences.map(({ statement }) => statement)))
      for (const { statement, kind, clauses } of claimsOf(facts)) {
        const checks = CLAUSES.filter(({ id }) => clauses.includes(id)).flatMap((clause) => checksOf(clause, CLAUSES))
        const stands = kind !== 'promise' || checks.every((id) => ends.get(id) === 'passed')
        assert.equal(printed.has(statement), stands, `${statement}: ${changed.join(' ')}`)
      }
    }),
    { numRuns: 100 },
  )
})

test('the last result counts, on each kind of server; what is no result is passed over', () => {
  const line = (at: string, failures: number, on?: string) =>
    JSON.stringify({
      ...{ id: 'PRV-02', n: 1, failures, seed: 1, measured: {}, tier: 'pr', commit: 'a', at },
      ...(on === undefined ? {} : { on }),
    })
  const state = (...lines: readonly string[]) =>
    proveClauses(readResults([lines.join('\n')]), TEST_NOW).find(({ clause }) => clause.id === 'S1.4')?.state
  const [earlier, later] = ['2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z']
  assert.equal(state(), 'not run')
  assert.equal(state(line(earlier, 1), line(later, 0)), 'shown')
  assert.equal(state(line(later, 0), line(earlier, 1)), 'shown')
  assert.equal(state(line(earlier, 0), line(later, 1)), 'red')
  assert.equal(state(line(later, 0, 'embedded'), line(earlier, 1, 'system 15')), 'red')
  assert.equal(state('{', '{"id":"PRV-02"}', 'PRV-02 passed', '[]'), 'not run')
})

test('a promise that the system keeps no longer as it was announced is withheld, and what is done is told as it is', () => {
  const before = testFacts('strict')
  const proven = proveClauses(readResults([CHECKS.flatMap((id) => lineOf(id, 'passed')).join('\n')]), TEST_NOW)
  const printed = (seconds: number, upstreams = before.upstreams) => {
    const { sections, withheld } = compilePolicy({ ...before, upstreams, gatewayRecycleSeconds: seconds }, proven, claimsOf(before))
    return { sentences: sections.flatMap(({ sentences }) => sentences), withheld }
  }
  const memoryOf = (seconds: number) => printed(seconds).sentences.find(({ statement }) => statement === 'memory')?.text
  assert.match(memoryOf(900) ?? '', /takes calls for 15 minutes and ends, with all its memory, when the last of them is answered/)
  // Better than announced: the version that holds is still true.
  assert.match(memoryOf(600) ?? '', /15 minutes/)
  assert.equal(memoryOf(1800), undefined)
  assert.equal(printed(1800).withheld.find(({ statement }) => statement === 'memory')?.state, 'changing')
  assert.match(
    printed(900)
      .sentences.map(({ text }) => text)
      .join(),
    /north \(US\)/,
  )
  assert.doesNotMatch(
    printed(900, before.upstreams.slice(0, 1))
      .sentences.map(({ text }) => text)
      .join(),
    /north \(US\)/,
  )
})
