// Guarantee: a call goes only where its key and its own headers let it; what is unknown satisfies no rule, and a rule that is not understood
// is refused, not dropped.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../../failures.ts'
import { type RouteRules, ruleAgainst, type Upstream } from '../../spec/index.ts'
import { permitted } from './permitted.ts'
import { readCallRules } from './read-rules.ts'

const usual = { kind: 'openai', baseUrl: 'http://127.0.0.1', placement: 'third_party', privacy: {} } as const
const upstreamOf = (serial: number, more: Partial<Upstream> = {}): Upstream => ({ ...usual, serial, id: `u${serial}`, ...more })
const PROVEN = { evidence: 'https://upstream.test', checked: '2026-06-01' }
const DAY_MS = 86_400_000
const NOW = Date.parse('2026-06-01') + 180 * DAY_MS
const UPSTREAMS = [
  upstreamOf(1),
  upstreamOf(2, { privacy: { country: 'de', retention: '30 days', training: 'no' } }),
  upstreamOf(3, { privacy: { country: 'US', retention: 'none', training: 'no', ...PROVEN } }),
  upstreamOf(4, { placement: 'local', privacy: { retention: '0 days' } }),
]
const targets = UPSTREAMS.map((upstream) => ({ upstream }))

function reach(headers: Readonly<Record<string, string>>, upstreams?: ReadonlySet<number>): string {
  try {
    return permitted(targets, { rules: readCallRules(headers).rules, upstreams, now: () => NOW })
      .map(({ upstream }) => upstream.serial)
      .join(' ')
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError)
    return `${thrown.failure.status} ${thrown.failure.message}`
  }
}

test('headers let through what is known to keep to them', () => {
  assert.equal(reach({}), '1 2 3 4')
  assert.equal(reach({ 'x-farebox-upstreams': 'u3, u1' }), '1 3')
  assert.equal(reach({ 'x-farebox-deny-upstreams': 'u3,u1' }), '2 4')
  assert.equal(reach({ 'x-farebox-countries': 'DE' }), '2')
  assert.equal(reach({ 'x-farebox-countries': 'de,us' }), '2 3')
  assert.equal(reach({ 'x-farebox-local-only': '1' }), '4')
  assert.equal(reach({ 'x-farebox-zdr-only': '1' }), '3')
  assert.equal(reach({ 'x-farebox-zdr-only': '0' }), '1 2 3 4')
})

test('what was read of an upstream counts for 180 days', () => {
  const upstream = upstreamOf(3, { privacy: { retention: 'none', training: 'no', ...PROVEN } })
  assert.equal(ruleAgainst(upstream, { zdrOnly: true }, NOW), undefined)
  assert.equal(ruleAgainst(upstream, { zdrOnly: true }, NOW + 1), 'zdrOnly')
  assert.equal(ruleAgainst({ ...upstream, placement: 'local' }, { zdrOnly: true }, NOW + 1), undefined)
})

test('what rules out every route is named', () => {
  assert.match(reach({ 'x-farebox-countries': 'FR' }), /^403 .*: x-farebox-countries rules out/)
  assert.match(
    reach({ 'x-farebox-upstreams': 'u1', 'x-farebox-zdr-only': '1' }),
    /x-farebox-upstreams, x-farebox-zdr-only|x-farebox-zdr-only, x-farebox-upstreams/,
  )
  assert.match(reach({}, new Set()), /the routing of this key/)
  assert.equal(reach({ 'x-farebox-upstreams': 'u1,u2' }, new Set([2, 3])), '2')
})

test('a header that is not understood is refused by its name', () => {
  for (const [name, value] of [
    ['x-farebox-upstreams', 'U1'],
    ['x-farebox-upstreams', ''],
    ['x-farebox-deny-upstreams', 'u1;u2'],
    ['x-farebox-countries', 'Germany'],
    ['x-farebox-local-only', 'true'],
    ['x-farebox-zdr-only', 'yes'],
  ] as const)
    assert.match(reach({ [name]: value }), new RegExp(`^400 The field "${name}"`))
})

const privacy = fc.record(
  {
    country: fc.constantFrom('DE', 'US', 'unknown', ''),
    retention: fc.constantFrom('none', '30 days', '0 days', 'zero data retention', 'maybe none', 'unknown'),
    training: fc.constantFrom('yes' as const, 'no' as const),
    evidence: fc.constant('https://upstream.test'),
    checked: fc.constantFrom('2026-06-01', '2026-05-31', '2020-01-01', ''),
  },
  { requiredKeys: [] },
)
const rules: fc.Arbitrary<RouteRules> = fc.record(
  {
    allow: fc.subarray(['u1', 'u2', 'u3'], { minLength: 1 }),
    deny: fc.subarray(['u1', 'u2', 'u3'], { minLength: 1 }),
    countries: fc.subarray(['DE', 'US'], { minLength: 1 }),
    localOnly: fc.boolean(),
    zdrOnly: fc.boolean(),
  },
  { requiredKeys: [] },
)

test('no upstream is let through that breaks a rule or does not say', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      privacy,
      fc.constantFrom('local' as const, 'third_party' as const),
      rules,
      (serial, label, placement, given) => {
        const upstream = upstreamOf(serial, { privacy: label, placement })
        if (ruleAgainst(upstream, given, NOW) !== undefined) return
        if (given.allow !== undefined) assert.ok(given.allow.includes(upstream.id))
        if (given.deny !== undefined) assert.ok(!given.deny.includes(upstream.id))
        if (given.countries !== undefined) assert.ok(given.countries.includes(label.country ?? ''))
        if (given.localOnly === true) assert.equal(placement, 'local')
        if (given.zdrOnly === true)
          assert.ok(['none', '0 days', 'zero data retention'].includes(label.retention ?? '') && label.training === 'no')
        if (given.zdrOnly === true && placement !== 'local') assert.ok(label.evidence !== undefined && label.checked === '2026-06-01')
      },
    ),
  )
})
