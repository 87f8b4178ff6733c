// Guarantee: the fake's reports tell what its calls truly used, in the providers' own shapes, to who has the key for it and nobody else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { type SimUpstream, startSimUpstream } from './index.ts'

const ADMIN = 'sk-admin-sim'
const DAY_MS = 86_400_000
let upstream: SimUpstream
before(async () => {
  upstream = await startSimUpstream({ adminKey: ADMIN, rates: { input: 3_000n, output: 15_000n } })
})
after(() => upstream.close())

type Page = { readonly data: readonly { readonly results: readonly Readonly<Record<string, unknown>>[] }[]; readonly has_more: boolean }
const ask = async (
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> => {
  const answer = await fetch(upstream.url + path, { headers })
  return { status: answer.status, text: await answer.text() }
}
const pageOf = (text: string): Page => JSON.parse(text) as Page

test('what calls truly used is what is reported, in both shapes, and amounts have all their digits', async () => {
  const openai = new OpenAI({ apiKey: 'x', baseURL: `${upstream.url}/v1`, maxRetries: 0 })
  const anthropic = new Anthropic({ apiKey: 'x', baseURL: upstream.url, maxRetries: 0 })
  for (const content of ['hello there', 'once more'])
    await openai.chat.completions.create({ model: 'sim-a', messages: [{ role: 'user', content }] })
  await anthropic.messages.create({ model: 'sim-b', max_tokens: 20, messages: [{ role: 'user', content: 'and here' }] })
  await upstream.idle()
  const [first, second, third] = upstream.calls
  assert.ok(first && second && third)
  const start = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const bearer = { authorization: `Bearer ${ADMIN}` }
  const usage = await ask(`/v1/organization/usage/completions?start_time=${start / 1000}&group_by=model`, bearer)
  const [told] = pageOf(usage.text).data[0]?.results.filter(({ model }) => model === 'sim-a') ?? []
  assert.equal(told?.['num_model_requests'], 2)
  assert.equal(told?.['input_tokens'], first.truePromptTokens + second.truePromptTokens)
  assert.equal(told?.['output_tokens'], first.plannedOutputTokens + second.plannedOutputTokens)
  const costs = await ask(`/v1/organization/costs?start_time=${start / 1000}&group_by=line_item`, bearer)
  assert.match(costs.text, /"amount":\{"value":0\.\d{9},"currency":"usd"\}/)
  const key = { 'x-api-key': ADMIN, 'anthropic-version': '2023-06-01' }
  const query = `starting_at=${new Date(start).toISOString()}`
  const messages = await ask(`/v1/organizations/usage_report/messages?${query}&group_by[]=model`, key)
  const [other] = pageOf(messages.text).data[0]?.results.filter(({ model }) => model === 'sim-b') ?? []
  assert.equal(other?.['output_tokens'], third.plannedOutputTokens)
  const cost = await ask(`/v1/organizations/cost_report?${query}&group_by[]=description`, key)
  const cents = [...cost.text.matchAll(/"amount":"(\d+)\.(\d{7})"[^}]*"model":"sim-b"/g)].map(([, whole, part]) =>
    BigInt(`${whole}${part}`),
  )
  const charged = BigInt(third.truePromptTokens) * 3_000n + BigInt(third.plannedOutputTokens) * 15_000n
  assert.equal(
    cents.reduce((sum, one) => sum + one, 0n),
    charged,
  )
})

test('nobody else reads a report, and one that is asked for wrongly is refused', async () => {
  const paths = ['/v1/organization/costs', '/v1/organization/usage/completions', '/v1/organizations/cost_report']
  for (const path of paths) {
    assert.equal((await ask(path, { authorization: 'Bearer sk-other', 'x-api-key': 'sk-other' })).status, 401, path)
    assert.equal((await ask(path, {})).status, 401, path)
    const headers = { authorization: `Bearer ${ADMIN}`, 'x-api-key': ADMIN, 'anthropic-version': '2023-06-01' }
    assert.equal((await ask(path, headers)).status, 400, path)
  }
  const closed = await startSimUpstream()
  const answer = await fetch(`${closed.url}/v1/organization/costs`, { headers: { authorization: 'Bearer undefined' } })
  assert.equal(answer.status, 401)
  await closed.close()
})
