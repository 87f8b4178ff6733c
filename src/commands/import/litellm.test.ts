// Guarantee: no key of LiteLLM comes here without a limit that it had there; one whose limits cannot be read, or are of a kind that is not here, is named.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tables } from './imported.ts'
import { fromLitellm } from './litellm.ts'
import { exactJson } from './read-tables.ts'

const TOKEN = { user_id: 'bounded', models: [], allowed_routes: [], metadata: {}, model_max_budget: {} }
const USERS = [
  { user_id: 'bounded', models: [], rpm_limit: 7, tpm_limit: 7000, max_parallel_requests: 3, metadata: {}, model_max_budget: {} },
  { user_id: 'shut', models: [], rpm_limit: 0 },
  { user_id: 'by-model', models: [], model_max_budget: { 'gpt-4o': { budget_limit: 1, time_period: '1d' } } },
]

/** What comes of a key with these columns: its limits, or why it is left. Rows as PostgreSQL writes them. */
function taken(columns: object): unknown {
  const tables = { LiteLLM_UserTable: USERS, LiteLLM_VerificationToken: [{ ...TOKEN, token: 'a'.repeat(64), ...columns }] }
  const { accounts, refused } = fromLitellm(exactJson(JSON.stringify(tables)) as Tables, false)
  const [key] = accounts.flatMap(({ keys }) => keys)
  return key === undefined ? refused.find(({ noun }) => noun === 'key')?.why : Object.values(key.limits)
}

test('limits of a user are those of the account', () => {
  const { accounts, refused } = fromLitellm(exactJson(JSON.stringify({ LiteLLM_UserTable: USERS })) as Tables, false)
  assert.deepEqual(
    accounts.map(({ limits }) => Object.values(limits)),
    [
      [7, 7000, 3],
      [undefined, undefined, undefined],
      [undefined, undefined, undefined],
    ],
  )
  assert.deepEqual(refused, [{ noun: 'limit', ref: 'shut', why: 'it may call nothing there, as its rpm_limit is 0' }])
})

test('limits of a key are read, or the key is left', () => {
  const none = [undefined, undefined, undefined]
  for (const columns of [{}, { rpm_limit: null }, { rpm_limit: '' }]) assert.deepEqual(taken(columns), none)
  assert.deepEqual(taken({ rpm_limit: 1, tpm_limit: 999_999_999, max_parallel_requests: 5 }), [1, 999_999_999, 5])
  assert.equal(taken({ rpm_limit: 0 }), 'it may call nothing there, as its rpm_limit is 0')
  for (const told of [1_000_000_000, 9_000_000_000, -1, 1.5, '5 or so', '00', true, {}])
    assert.equal(taken({ tpm_limit: told }), 'its tpm_limit cannot be read, or is above 999,999,999')
  assert.equal(taken({ user_id: 'shut' }), 'of its user: it may call nothing there, as its rpm_limit is 0')
})

test('a key with limits by model, or within a project or an organization, is left', () => {
  const plain = [
    ...[{ model_max_budget: null }, { model_max_budget: '{}' }, { budget_limits: [] }, { metadata: null }, { metadata: '' }],
    ...[{ metadata: '{"tags":["a"]}' }, { metadata: { model_rpm_limit: null, model_tpm_limit: {} } }],
  ]
  for (const columns of plain) assert.ok(Array.isArray(taken(columns)), JSON.stringify(columns))
  const bound = [
    ...[{ model_max_budget: { m: 1 } }, { model_max_budget: '{"m":1}' }, { model_max_budget: '{' }, { budget_limits: [{ m: 1 }] }],
    ...[{ metadata: { model_rpm_limit: { m: 1 } } }, { metadata: '{"model_tpm_limit":{"m":1}}' }, { user_id: 'by-model' }],
  ]
  for (const columns of bound) assert.match(String(taken(columns)), /limits or budgets by model/, JSON.stringify(columns))
  for (const metadata of ['{', '[]', '3', true]) assert.match(String(taken({ metadata })), /its metadata.*cannot be read/)
  for (const columns of [{ project_id: 'p' }, { organization_id: 'o' }]) assert.match(String(taken(columns)), /project or an organization/)
})
