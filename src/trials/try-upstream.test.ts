// Guards: what a trial says that a call costs is what the upstream asks for what it told: thinking is charged as output, wherever its kind counts it.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { type Catalog, flatPrice, type UpstreamKind } from '../spec/index.ts'
import { tryUpstream } from './index.ts'

const answers: Partial<Record<UpstreamKind, object>> = {
  openai: { usage: { prompt_tokens: 10, completion_tokens: 16, completion_tokens_details: { reasoning_tokens: 13 } } },
  anthropic: { usage: { input_tokens: 10, output_tokens: 16 } },
  gemini: { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 3, thoughtsTokenCount: 13, totalTokenCount: 26 } },
}
let answer: object = {}
const server = createServer((request, response) => {
  request.resume()
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
})
await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
after(() => server.close())

const catalogOf = (kind: UpstreamKind): Catalog => {
  const price = flatPrice({ input: 1_000_000_000n, output: 10_000_000_000n })
  const route = { serial: 1, upstreamSerial: 1, upstreamModel: 'm', priority: 1, cost: price }
  const { port } = server.address() as AddressInfo
  return {
    ...{ version: 1, unpriced: [] },
    upstreams: [{ serial: 1, id: 'u', kind, baseUrl: `http://127.0.0.1:${port}`, apiKey: 'k', placement: 'local', privacy: {} }],
    models: [{ serial: 1, id: 'm', context: 100, outputMax: 100, createdAt: 0, priceVersion: 1, price, routes: [route] }],
  }
}

test('sixteen tokens of output cost as much at every kind, thinking among them', async () => {
  for (const [kind, told] of Object.entries(answers)) {
    answer = told
    const trial = await tryUpstream(catalogOf(kind as UpstreamKind), { upstream: 'u' }, { monotonic: () => 0 })
    assert.deepEqual([trial.problem, trial.usage], [undefined, { inputTokens: 10, outputTokens: 16 }], kind)
    assert.equal(trial.cost, 10n * 1_000n + 16n * 10_000n, kind)
  }
})
