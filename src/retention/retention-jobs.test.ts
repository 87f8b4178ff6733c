// Guarantee: everything of the inventory that is kept for some days has exactly one job that deletes it, and nothing else has one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PERSONAL_DATA } from '../inventory.ts'
import { RETENTION_RULES, retentionJobs } from './index.ts'

test('each table that is kept for some days has one job, with the days of its entries', () => {
  const jobs = retentionJobs(PERSONAL_DATA)
  const days = new Map(jobs.map((job) => [job.table, job.days]))
  assert.equal(days.size, jobs.length)
  for (const { table, column, retention } of PERSONAL_DATA) {
    const rule = RETENTION_RULES[retention]
    assert.equal(days.get(table), 'days' in rule ? rule.days : undefined, `${table}.${column}`)
    assert.ok('days' in rule || rule.kept.length > 10, retention)
  }
  assert.deepEqual([days.get('usage_event'), days.get('idempotency'), days.get('account')], [90, 1, undefined])
})

test('a table that nothing forgets is refused, as is one with two retentions and one that is forgotten though it is kept', () => {
  const [entry] = PERSONAL_DATA
  assert.ok(entry)
  assert.throws(() => retentionJobs([...PERSONAL_DATA, { ...entry, table: 'planted', retention: '7 days' }]), /nothing forgets planted/)
  assert.throws(() => retentionJobs([...PERSONAL_DATA, { ...entry, table: 'rail_day', retention: '7 days' }]), /no single retention/)
  assert.throws(() => retentionJobs([...PERSONAL_DATA, { ...entry, table: 'rail_day', retention: 'account' }]), /no single retention/)
  const kept = PERSONAL_DATA.map((one) => (one.table === 'rail_day' ? { ...one, retention: '10 years' as const } : one))
  assert.throws(() => retentionJobs(kept), /no single retention/)
  assert.throws(() => retentionJobs(PERSONAL_DATA.filter(({ table }) => table !== 'idempotency')), /not in the inventory/)
})
