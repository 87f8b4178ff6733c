// Guarantee: each of the 115 clauses is said in some sentence and shown by some check, and each profile says all of its policy, and no other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checksOf, isOfProfile, PROFILES } from './clause.ts'
import { CLAUSES } from './clauses.ts'
import { claimsOf, compilePolicy } from './compile.ts'
import type { PolicyFacts } from './facts.ts'
import { proveClauses } from './proof.ts'
import { SECTIONS } from './statement.ts'
import { STATEMENTS } from './statements/index.ts'
import { NOTHING, testFacts } from './testing.ts'

const WORDS_MAX = 45

test('there are 115 clauses, each once, with statements and checks', () => {
  const counts = [0, 1, 2, 3, 4].map((policy) => CLAUSES.filter(({ id }) => id.startsWith(`S${policy}.`)).length)
  assert.deepEqual(counts, [19, 29, 25, 18, 24])
  assert.equal(new Set(CLAUSES.map(({ id }) => id)).size, 115)
  const statements = new Set(STATEMENTS.map(({ id }) => id))
  for (const clause of CLAUSES) {
    assert.ok(clause.says.length > 0 && clause.says.every((id) => statements.has(id)), clause.id)
    assert.ok(checksOf(clause, CLAUSES).length > 0, clause.id)
  }
})

test('each statement is asked for by a clause, has its own id, and says something or why not', () => {
  assert.equal(new Set(STATEMENTS.map(({ id }) => id)).size, STATEMENTS.length)
  for (const statement of STATEMENTS) {
    assert.ok(
      CLAUSES.some(({ says }) => says.includes(statement.id)),
      statement.id,
    )
    assert.ok(SECTIONS.includes(statement.section))
    const text = statement.text(testFacts('strict'))
    assert.ok(text !== undefined || statement.needs !== undefined, statement.id)
    for (const sentence of (text ?? '').split(/(?<=[.!?]) /)) assert.ok(sentence.split(' ').length <= WORDS_MAX, sentence)
  }
})

test('each profile says or lists as left out every clause of its policy', () => {
  for (const profile of PROFILES) {
    const facts = testFacts(profile)
    const { sections, withheld } = compilePolicy(facts, proveClauses(new Map(), facts.now))
    const told = new Set([...sections.flatMap(({ sentences }) => sentences), ...withheld].flatMap(({ clauses }) => clauses))
    const own = CLAUSES.map(({ id }) => id).filter((id) => isOfProfile(profile, id))
    assert.deepEqual([...told].sort(), own.sort(), profile)
  }
})

test('what depends on a condition is said only when it holds', () => {
  const said = (facts: PolicyFacts, id: string): boolean => claimsOf(facts).some(({ statement }) => statement === id)
  const facts = testFacts('strict')
  for (const id of ['authorised', 'edge', 'certified', 'audited-place', 'local-only', 'messenger', 'password-hash', 'change-told'])
    assert.equal(said(facts, id), false, id)
  assert.equal(said({ ...facts, upstreams: facts.upstreams.filter(({ placement }) => placement === 'local') }, 'local-only'), true)
  assert.equal(said({ ...facts, upstreams: [] }, 'local-only'), false)
  const settings = { ...facts.settings, contacts: [{ kind: 'messenger', value: '@us' }] as const }
  assert.equal(said({ ...facts, settings }, 'messenger'), true)
  const carried = { ...NOTHING, purpose: 'to carry mail', recipients: ['mail-carrier'] as const }
  assert.equal(said({ ...facts, inventory: { ...facts.inventory, outbound: { mail: carried } } }, 'change-told'), true)
})
