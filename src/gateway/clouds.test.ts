// Guarantee: a cloud is called at its own paths and with its own proof of who calls, and what it serves is metered to the token.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Outside, type Place, startOutside } from '../../tests/outside.ts'
import { FailureError } from '../failures.ts'
import { anthropicMessages, gemini, PROTOCOLS, type ProtocolId } from '../protocols/index.ts'
import type { Upstream } from '../spec/index.ts'
import { targetOf } from './targets.ts'

let outside: Outside

before(async () => {
  outside = await startOutside()
})
after(() => outside.close())

for (const stream of [false, true]) {
  const how = stream ? 'streamed' : 'whole'

  test(`Azure, ${how}: the v1 API and dated versions, with its own header`, async () => {
    const upstreamModel = 'sim-model!habit-azure'
    const places: readonly (readonly [Place, string])[] = [
      [{ baseUrl: 'http://r.openai.azure.com', kind: 'azure-openai' }, '/openai/v1/chat/completions'],
      [{ baseUrl: 'http://r.openai.azure.com/openai/v1', kind: 'azure-openai' }, '/openai/v1/chat/completions'],
      [
        { baseUrl: 'http://r.openai.azure.com', kind: 'azure-openai', apiVersion: '2024-10-21' },
        `/openai/deployments/${encodeURIComponent(upstreamModel)}/chat/completions`,
      ],
    ]
    for (const [place, path] of places) {
      const told = await outside.ask({ place, upstreamModel, fields: { stream } })
      outside.assertTrue(told)
      const call = outside.sim.calls.at(-1)
      assert.deepEqual([call?.path, call?.headersSeen['api-key'], call?.headersSeen['authorization']], [path, 'key-1', undefined])
      assert.equal(told.sent['max_completion_tokens'], 500)
      if (stream) assert.ok(told.out.includes('prompt_filter_results'))
    }
  })
}

for (const stream of [false, true]) {
  test(`Bedrock, ${stream ? 'streamed' : 'whole'}: by model Anthropic's protocol or OpenAI's, with its key or signed`, async () => {
    const base: Place = { baseUrl: 'http://bedrock-mantle.eu-central-1.api.aws', kind: 'bedrock', apiKey: 'ABSKcanary' }
    const signing: Place = { ...base, apiKey: 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
    const scope = 'Credential=AKIAIOSFODNN7EXAMPLE/20261126/eu-central-1/bedrock-mantle/aws4_request'
    for (const [place, proof] of [[base, 'Bearer ABSKcanary'] as const, [signing, scope] as const]) {
      const chat = await outside.ask({ place, upstreamModel: 'openai.gpt-oss-120b', fields: { stream, max_tokens: 40 } })
      outside.assertTrue(chat)
      assertProof('/v1/chat/completions', proof)
      const claude = { place, upstreamModel: 'eu.anthropic.claude-x', protocol: anthropicMessages, fields: { stream, max_tokens: 40 } }
      outside.assertTrue(await outside.ask(claude))
      assertProof('/anthropic/v1/messages', proof)
    }
  })
}

const RUNTIME: Place = { baseUrl: 'http://bedrock-runtime.eu-central-1.amazonaws.com', kind: 'bedrock', apiKey: 'ABSKcanary' }
const CLAUDE = 'eu.anthropic.claude-x-v1:0'

for (const stream of [false, true]) {
  const how = stream ? 'streamed' : 'whole'

  test(`Bedrock's runtime endpoint, ${how}: Anthropic's models are invoked, others in OpenAI's protocol, with its key or signed`, async () => {
    const signing: Place = { ...RUNTIME, apiKey: 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
    const scope = 'Credential=AKIAIOSFODNN7EXAMPLE/20261126/eu-central-1/bedrock/aws4_request'
    for (const [place, proof] of [[RUNTIME, 'Bearer ABSKcanary'] as const, [signing, scope] as const]) {
      const told = await outside.ask({ place, upstreamModel: CLAUDE, protocol: anthropicMessages, fields: { stream, max_tokens: 40 } })
      outside.assertTrue(told)
      assertProof(`/model/${encodeURIComponent(CLAUDE)}/${stream ? 'invoke-with-response-stream' : 'invoke'}`, proof)
      assert.deepEqual([told.sent['model'], told.sent['stream']], [undefined, undefined])
      assert.equal(told.sent['anthropic_version'], 'bedrock-2023-05-31')
      if (stream) assert.match(told.out, /^event: message_start\ndata: \{[\s\S]*\n\nevent: message_stop\ndata: [^\n]*\n\n$/)
      outside.assertTrue(await outside.ask({ place, upstreamModel: 'openai.gpt-oss-120b', fields: { stream, max_tokens: 40 } }))
      assertProof('/openai/v1/chat/completions', proof)
    }
  })

  test(`Bedrock's runtime endpoint, ${how}: an error is in Anthropic's shape; a failure goes to the next route`, async () => {
    const asking = { place: RUNTIME, protocol: anthropicMessages, fields: { stream, max_tokens: 40 } }
    const refused = await outside.ask({ ...asking, upstreamModel: `${CLAUDE}!invalid-400` })
    const { type, error } = JSON.parse(refused.out) as {
      readonly type: string
      readonly error: { readonly type: string; readonly message: string }
    }
    assert.deepEqual([refused.status, type, error.type], [400, 'error', 'invalid_request_error'])
    assert.match(error.message, /invalid value/)
    for (const marker of [...(stream ? ['error-event-first'] : []), 'overloaded-503', 'limited-429', 'unauthorized-401']) {
      const other: Place = { baseUrl: 'http://api.anthropic.example', kind: 'anthropic', upstreamModel: 'claude-x' }
      const told = await outside.ask({ ...asking, upstreamModel: `${CLAUDE}!${marker}`, others: [other] })
      outside.assertTrue(told)
      assert.equal(told.at, other.baseUrl, marker)
    }
  })
}

test("Bedrock's runtime endpoint: a stream that breaks off, or tells a failure, breaks off for the customer too", async () => {
  for (const marker of ['error-event=3', 'cut-after=3', 'reset-mid-stream=3']) {
    const asking = { place: RUNTIME, protocol: anthropicMessages, fields: { stream: true, max_tokens: 40 } }
    await assert.rejects(
      outside.ask({ ...asking, upstreamModel: `${CLAUDE}!${marker}` }),
      (thrown) => !(thrown instanceof assert.AssertionError),
      marker,
    )
  }
})

for (const stream of [false, true]) {
  test(`Vertex, ${stream ? 'streamed' : 'whole'}: the model in the path, the version in the body, a token of the service account`, async () => {
    const apiKey = outside.keyFile()
    const places: readonly (readonly [string, string])[] = [
      ['http://europe-west1-aiplatform.googleapis.com', 'europe-west1'],
      ['http://aiplatform.googleapis.com', 'global'],
    ]
    for (const [baseUrl, location] of places) {
      const place: Place = { baseUrl, kind: 'vertex', apiKey }
      const told = await outside.ask({
        place,
        upstreamModel: 'claude-x@20260101',
        protocol: anthropicMessages,
        fields: { stream, max_tokens: 40 },
      })
      outside.assertTrue(told)
      const method = stream ? 'streamRawPredict' : 'rawPredict'
      const path = `/v1/projects/proj/locations/${location}/publishers/anthropic/models/claude-x%4020260101:${method}`
      assertProof(path, `Bearer token-${outside.tokensGiven()}`)
      assert.deepEqual([told.sent['model'], told.sent['anthropic_version']], [undefined, 'vertex-2023-10-16'])
    }
  })
}

for (const isStream of [false, true]) {
  test(`Vertex, ${isStream ? 'streamed' : 'whole'}: Google's own models in Gemini's protocol, with a token and no key`, async () => {
    const apiKey = outside.keyFile()
    const places: readonly (readonly [string, string])[] = [
      ['http://us-central1-aiplatform.googleapis.com', 'us-central1'],
      ['http://aiplatform.eu.rep.googleapis.com', 'eu'],
      ['http://aiplatform.googleapis.com', 'global'],
    ]
    for (const [baseUrl, location] of places) {
      const fields = { generationConfig: { maxOutputTokens: 4_000 } }
      const told = await outside.ask({
        ...{ place: { baseUrl, kind: 'vertex', apiKey }, fields, isStream },
        upstreamModel: 'gemini-x',
        protocol: gemini,
      })
      outside.assertTrue(told)
      const path = `/v1/projects/proj/locations/${location}/publishers/google/models/gemini-x`
      assertProof(`${path}:${isStream ? 'streamGenerateContent' : 'generateContent'}`, `Bearer token-${outside.tokensGiven()}`)
      assert.equal(outside.sim.calls.at(-1)?.headersSeen['x-goog-api-key'], undefined)
      assert.deepEqual(told.sent['generationConfig'], { maxOutputTokens: 500 })
    }
  })
}

for (const kind of ['gemini', 'vertex'] as const) {
  test(`Gemini 4 (${kind}): an answer that is no stream is bound to what the model makes in one, whoever gave the bound`, async () => {
    const place: Place =
      kind === 'vertex'
        ? { baseUrl: 'http://aiplatform.googleapis.com', kind, apiKey: outside.keyFile() }
        : { baseUrl: 'http://generativelanguage.googleapis.com', kind }
    const sent = async (
      upstreamModel: string,
      { isStream, ...fields }: { readonly isStream: boolean; readonly [field: string]: unknown },
    ) => {
      const limits = { context: 1_048_576, outputMax: 65_536 }
      const told = await outside.ask({ place, upstreamModel, fields, isStream, protocol: gemini, limits })
      outside.assertTrue(told)
      return (told.sent['generationConfig'] as { readonly maxOutputTokens?: number } | undefined)?.maxOutputTokens
    }
    const given = (maxOutputTokens: number) => ({ generationConfig: { maxOutputTokens } })
    for (const model of ['gemini-4-argon', 'gemini-4-carbon']) {
      assert.equal(await sent(model, { isStream: false }), 32_768)
      assert.equal(await sent(model, { isStream: false, ...given(50_000) }), 32_768)
      assert.equal(await sent(model, { isStream: false, ...given(900) }), 900)
      assert.equal(await sent(model, { isStream: true }), 65_536)
      assert.equal(await sent(model, { isStream: true, ...given(50_000) }), 50_000)
      assert.equal(await sent(model, { isStream: false, ...given(50_000), continuationToken: 'AAAA' }), 50_000)
    }
    assert.equal(await sent('gemini-4-hydrogen', { isStream: false }), 65_536)
  })
}

test('Vertex: what a model speaks goes by its name, and what has another shape there is not spoken', () => {
  const upstream: Upstream = {
    ...{ serial: 1, id: 'u', kind: 'vertex', placement: 'third_party', privacy: {} },
    baseUrl: 'https://aiplatform.googleapis.com',
  }
  const at = (upstreamModel: string) =>
    targetOf({ serial: 1, upstreamSerial: 1, upstreamModel, priority: 1, cost: undefined }, upstream).provider
  for (const [name, spoken] of [
    ['claude-x', ['anthropic-messages']],
    ['gemini-3-pro', ['gemini', 'gemini-count']],
    ['gemini-embedding-2', ['gemini-embed']],
    ['gemini-embedding-001', []],
    ['text-embedding-005', []],
    ['multimodalembedding@001', []],
  ] as const)
    assert.deepEqual(at(name).speaks(upstream), spoken, name)
  const pathOf = (id: ProtocolId, model: string) => at(model).path(PROTOCOLS[id], { model, isStream: false })
  assert.match(pathOf('gemini-count', 'gemini-x'), /\/publishers\/google\/models\/gemini-x:countTokens$/)
  assert.match(pathOf('gemini-embed', 'gemini-embedding-2'), /\/publishers\/google\/models\/gemini-embedding-2:embedContent$/)
})

test('a token that cannot be had fails the call as its upstream would', async () => {
  const apiKey = outside.keyFile('other@proj.iam.gserviceaccount.com')
  const place: Place = { baseUrl: 'http://aiplatform.googleapis.com', kind: 'vertex', apiKey }
  const asking = { place, upstreamModel: 'claude-x', protocol: anthropicMessages, fields: { max_tokens: 40 } }
  await assert.rejects(outside.ask(asking), (thrown) => thrown instanceof FailureError && thrown.failure.code === 'upstream_failed')
})

/** The last call came to that path with that proof of who made it, and no secret. */
function assertProof(path: string, proof: string): void {
  const { headersSeen, path: taken } = outside.sim.calls.at(-1) ?? assert.fail('no call')
  assert.equal(taken, path)
  assert.ok(headersSeen['authorization']?.includes(proof), headersSeen['authorization'])
  assert.ok(!JSON.stringify(headersSeen).includes('wJalr') && headersSeen['x-api-key'] === undefined)
}
