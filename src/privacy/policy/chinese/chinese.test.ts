// Guarantee: the policy says in Chinese what it says in English, sentence by sentence and under the same conditions, with the same figures.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { INVENTORY, PERSONAL_DATA } from '../../../inventory.ts'
import { ATTESTED_CLAUSES } from '../attestation.ts'
import { claimsOf } from '../compile.ts'
import type { PolicyFacts } from '../facts.ts'
import { keptItems } from '../kept-list.ts'
import { RISKS } from '../risks.ts'
import { STATEMENTS } from '../statements/index.ts'
import { NOTHING, testFacts } from '../testing.ts'
import { PURPOSES_ZH, RISKS_ZH, STATEMENTS_ZH, TABLES_ZH } from './index.ts'

const HAN = /\p{Script=Han}/u

test('each statement has its Chinese, and no Chinese is of none', () => {
  assert.deepEqual(Object.keys(STATEMENTS_ZH).sort(), STATEMENTS.map(({ id }) => id).sort())
  for (const { id, needs } of STATEMENTS) {
    assert.match(STATEMENTS_ZH[id]?.topic ?? '', HAN, id)
    assert.equal(STATEMENTS_ZH[id]?.needs === undefined, needs === undefined, id)
  }
})

const attestation = { subject: 'SOC 2', issuer: 'Auditors', scope: 'the hall', issued: '2026-01-01', expires: '2027-01-01' }
const FACTS = fc
  .record({
    hasUpstreams: fc.boolean(),
    isLocal: fc.boolean(),
    fetches: fc.boolean(),
    isEdgeOnly: fc.boolean(),
    isAttested: fc.boolean(),
    recycle: fc.constantFrom(90, 900, 1800),
    whole: fc.boolean(),
    recipients: fc.subarray(['mail-carrier', 'payment-processor', 'chain', 'own-host', 'messenger'] as const),
    messenger: fc.boolean(),
    isNamed: fc.boolean(),
    country: fc.constantFrom(undefined, 'IE', 'CN'),
    hasLaw: fc.boolean(),
  })
  .map((made): PolicyFacts => {
    const facts = testFacts('strict')
    const inventory = made.whole ? INVENTORY : facts.inventory
    const outbound = Object.fromEntries(made.recipients.map((one) => [one, { ...NOTHING, recipients: [one] }]))
    return {
      ...facts,
      inventory: { ...inventory, outbound },
      gatewayRecycleSeconds: made.recycle,
      isEdgeOnly: made.isEdgeOnly,
      upstreams: made.hasUpstreams
        ? facts.upstreams
            .filter(({ placement }) => !made.isLocal || placement === 'local')
            .map((one) => ({ ...one, fetchesUrls: made.fetches }))
        : [],
      attestations: made.isAttested
        ? ATTESTED_CLAUSES.map((clause) => ({ ...attestation, clause, document: 'a.pdf', sha256: '', file: 'a.json' }))
        : [],
      settings: {
        ...facts.settings,
        operator: made.isNamed ? 'Example Ltd' : undefined,
        country: made.country,
        law: made.hasLaw ? { en: 'that of Ireland', zh: '爱尔兰法律' } : undefined,
        contacts: made.messenger ? [{ kind: 'messenger', value: '@us' }] : [],
      },
    }
  })

/** Figures and names that may not differ, the count of cookies aside, which English writes in a word when it is one. */
const figuresOf = (text: string): readonly string[] =>
  [...new Set(text.match(/\d+(?:\.\d+)?|Example Ltd|@us|SOC 2|argon2id/g) ?? [])].sort()

test('whatever is so, both languages speak or are silent together, and name the same figures', () => {
  fc.assert(
    fc.property(FACTS, (facts) => {
      for (const { id, text } of STATEMENTS) {
        const [english, chinese] = [text(facts), STATEMENTS_ZH[id]?.text(facts)]
        assert.equal(chinese === undefined, english === undefined, id)
        if (english === undefined || chinese === undefined) continue
        assert.match(chinese, HAN, id)
        if (id !== 'cookies') assert.deepEqual(figuresOf(chinese), figuresOf(english), `${id}: ${english} ${chinese}`)
      }
      for (const claim of claimsOf(facts)) assert.ok(claim.zh !== undefined, claim.statement)
    }),
    { numRuns: 100 },
  )
})

test('each item of the full list and each risk is told in Chinese', () => {
  const items = keptItems(INVENTORY).filter(({ subject }) => subject === 'customer')
  const lacking = {
    purposes: items.map(({ purpose }) => purpose).filter((purpose) => PURPOSES_ZH[purpose] === undefined),
    tables: items.map(({ table }) => table).filter((table) => TABLES_ZH[table] === undefined),
    risks: RISKS.map(({ id }) => id).filter((id) => RISKS_ZH[id] === undefined),
  }
  assert.deepEqual(lacking, { purposes: [], tables: [], risks: [] })
  for (const { words } of Object.values(RISKS_ZH)) assert.match(words, /\{\}/)
})

test('what is held about people is said in Chinese on the page that shows it, whatever it is kept for', () => {
  const held = PERSONAL_DATA.filter(({ subject }) => subject === 'customer')
  assert.ok(held.length > 500)
  for (const { table, column, purpose } of held) assert.match(PURPOSES_ZH[purpose] ?? '', HAN, `${table}.${column}: ${purpose}`)
  for (const purpose of Object.keys(PURPOSES_ZH)) assert.doesNotMatch(PURPOSES_ZH[purpose] ?? '', /\b(?:the|and|of)\b/i, purpose)
})
