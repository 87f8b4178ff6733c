// Guarantee: whatever is wrong with a farebox.yaml is told with its exact line and column, all at once, without showing a secret.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { flatPrice } from '../spec/index.ts'
import { parseCatalogFile } from './file.ts'

const parse = (text: string, environment: Record<string, string> = {}) =>
  parseCatalogFile(text, { file: 'farebox.yaml', environment, knownUpstreams: new Map() })

const GOOD = `upstreams:
  - id: anthropic
    kind: anthropic
    base_url: https://api.anthropic.com/
    api_key: \${ANTHROPIC_API_KEY}
    placement: third_party
    privacy: { retention: "30 days", training: no, country: US, evidence: "https://example.com/privacy", checked: 2026-11-01 }
models:
  - id: claude-sonnet-4-5
    context: 200000
    output_max: 64000
    price: { input: "3.00", output: "15.00", cache_read: "0.30", cache_write_5m: "3.75", cache_write_1h: "6.00" }
    routes: [{ upstream: anthropic, model: claude-sonnet-4-5-20250929, priority: 1, cost: { input: "3.00", output: "15.00" } }]
`

test('the example of the guide is read', () => {
  const { desired, problems, variables } = parse(GOOD, { ANTHROPIC_API_KEY: 'sk-ant-api03-abcdefgh' })
  assert.deepEqual(problems, [])
  assert.deepEqual([...variables], ['ANTHROPIC_API_KEY'])
  assert.deepEqual(desired?.upstreams[0], {
    id: 'anthropic',
    kind: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    apiKey: 'sk-ant-api03-abcdefgh',
    placement: 'third_party',
    privacy: { retention: '30 days', training: 'no', country: 'US', evidence: 'https://example.com/privacy', checked: '2026-11-01' },
  })
  assert.deepEqual(
    desired?.models[0]?.price,
    flatPrice({
      input: 3_000_000_000n,
      output: 15_000_000_000n,
      cacheRead: 300_000_000n,
      cacheWrite5m: 3_750_000_000n,
      cacheWrite1h: 6_000_000_000n,
    }),
  )
})

test('empty files want nothing; JSON is YAML too', () => {
  for (const text of ['', '\n', '# nothing yet\n', '{}', '{"upstreams":[],"models":[]}'])
    assert.deepEqual(parse(text).desired, { upstreams: [], models: [], plans: [] }, text)
})

const model = (price: string, kind = 'openai') =>
  `{upstreams: [{id: u, kind: ${kind}, base_url: "http://127.0.0.1:1/v1"}], models: [{id: m, context: 1, output_max: 1, ${price}routes: [{upstream: u, model: m}]}]}`

test('missing cache prices follow the input price and the protocol of the routes; odd nano-dollars are rounded up', () => {
  const cacheOf = (text: string) => {
    const rates = parse(text).desired?.models[0]?.price?.[0]?.rates
    return [rates?.cacheRead, rates?.cacheWrite5m, rates?.cacheWrite1h]
  }
  const price = 'price: {input: "1.000000001", output: "2"}, '
  assert.deepEqual(cacheOf(model(price)), [1_000_000_001n, 1_000_000_001n, 1_000_000_001n])
  assert.deepEqual(cacheOf(model(price, 'anthropic')), [1_000_000_001n, 1_250_000_002n, 2_000_000_002n])
  const atBedrock = (name: string) => cacheOf(model(price, 'bedrock').replace('model: m}', `model: ${name}}`).replace('/v1"', '"'))
  assert.deepEqual(atBedrock('eu.anthropic.claude'), [1_000_000_001n, 1_250_000_002n, 2_000_000_002n])
  assert.deepEqual(atBedrock('openai.gpt-oss'), [1_000_000_001n, 1_000_000_001n, 1_000_000_001n])
  const atVertex = (name: string) => cacheOf(model(price, 'vertex').replace('model: m}', `model: ${name}}`))
  assert.deepEqual(atVertex('claude-x'), [1_000_000_001n, 1_250_000_002n, 2_000_000_002n])
  assert.deepEqual(atVertex('gemini-x'), [1_000_000_001n, 1_000_000_001n, 1_000_000_001n])
  assert.deepEqual(cacheOf(model('free: true, ')), [0n, 0n, 0n])
  assert.deepEqual(cacheOf(model('')), [undefined, undefined, undefined])
})

const UP = 'upstreams:\n  - id: u\n    kind: openai\n    base_url: https://a.example/v1\n'
const upstreamWith = (line: string) => `upstreams:\n  - id: u\n    kind: openai\n    base_url: https://a.example/v1\n    ${line}\n`
const urlOf = (url: string, more = '') => `upstreams:\n  - id: u\n    kind: openai\n    base_url: ${url}\n${more}`
const modelWith = (line: string) =>
  `${UP}models:\n  - id: m\n    context: 10\n    output_max: 10\n    routes: [{ upstream: u, model: x }]\n    ${line}\n`

type Case = readonly [name: string, text: string, at: readonly string[], said: RegExp]

const BAD: readonly Case[] = [
  ['tab', 'upstreams:\n\t- id: u\n', ['2:1'], /indent with spaces/],
  ['duplicate key', 'models: []\nmodels: []\n', ['2:1'], /keep one of the two/],
  ['two documents', '{}\n---\n{}\n', ['2:1'], /take out the line ---/],
  ['open quote', 'upstreams:\n  - id: "u\n', ['3:1'], /close the quote/],
  ['variable in a flow', 'upstreams:\n  - { id: u, api_key: ${KEY} }\n', ['2:24', '2:25', '2:30'], /put variables in quotes/],
  ['unknown alias', 'models: *nowhere\n', ['1:9'], /an alias whose anchor/],
  ['not a mapping', 'hello\n', ['1:1'], /a mapping with upstreams, models and plans/],
  ['list for mapping', '- a\n', ['1:1'], /got {7}a list/],
  ['upstreams not a list', 'upstreams: 5\n', ['1:12'], /a list of upstreams\n.*the number 5/],
  ['unknown key', 'upstreamz: []\n', ['1:1'], /one of upstreams, models[\s\S]*write upstreams/],
  [
    'missing fields',
    'upstreams:\n  - id: u\n',
    ['2:5', '2:5'],
    /openai, anthropic, gemini, openai-compatible, azure-openai, bedrock, vertex\n.*nothing/,
  ],
  ['entry is text', 'models:\n  - gpt\n', ['2:5'], /an entry|a model with id/],
  ['unknown kind', 'upstreams:\n  - id: u\n    kind: opnai\n    base_url: https://a.example\n', ['3:11'], /"opnai"/],
  ['bad id', 'upstreams:\n  - id: "My Up"\n    kind: openai\n    base_url: https://a.example\n', ['2:9'], /a-z 0-9/],
  ['id twice', `${UP}${UP.slice(11)}`, ['5:9'], /"u" a second time/],
  ['ftp', urlOf('ftp://a.example'), ['4:15'], /an http\(s\) address/],
  ['no url', urlOf('a.example'), ['4:15'], /an http\(s\) address/],
  ['credentials in url', urlOf('https://me:pw-secret@a.example'), ['4:15'], /without a user name or password\n.*\(hidden\)/],
  ['query in url', urlOf('https://a.example/v1?key=pw-secret'), ['4:15'], /without \? or #\n.*\(hidden\)/],
  ['plain http', urlOf('http://a.example'), ['4:15'], /prompts would travel in the clear/],
  ['plain http, local but public', urlOf('http://8.8.8.8/v1', '    placement: local\n'), ['4:15'], /in the clear/],
  ['protocol', upstreamWith('protocols: [openai-chat, gopher]'), ['5:30'], /one of openai-chat, openai-responses[\s\S]*"gopher"/],
  ['no protocol', upstreamWith('protocols: []'), ['5:16'], /a list of one or more of/],
  ['protocol twice', upstreamWith('protocols: [gemini, gemini]'), ['5:16'], /each once/],
  ['api_version elsewhere', upstreamWith('api_version: 2024-10-21'), ['5:18'], /no api_version, as only azure-openai has one/],
  ['api_version', `${UP.replace('openai', 'azure-openai')}    api_version: latest\n`, ['5:18'], /such as 2024-10-21\n.*"latest"/],
  [
    'a path of the other endpoint',
    urlOf('https://bedrock-runtime.eu-west-1.amazonaws.com/model').replace('openai', 'bedrock'),
    ['4:15'],
    /without a path/,
  ],
  ['a path of the endpoint', urlOf('https://bedrock-mantle.eu-west-1.api.aws/v1').replace('openai', 'bedrock'), ['4:15'], /without a path/],
  [
    'a login as a key file',
    `${UP.replace('openai', 'vertex')}    api_key: eyJ0eXBlIjoiYXV0aG9yaXplZF91c2VyIn0=\n`,
    ['5:14'],
    /service account/,
  ],
  ['placement', upstreamWith('placement: here'), ['5:16'], /third_party or local\n.*"here"/],
  ['privacy key', upstreamWith('privacy: { retension: no }'), ['5:16'], /one of retention, training/],
  ['training', upstreamWith('privacy: { training: maybe }'), ['5:26'], /yes or no/],
  ['date', upstreamWith('privacy: { checked: 2026-13-01 }'), ['5:25'], /a date/],
  ['variable not set', upstreamWith('api_key: ${NOT_SET}'), ['5:14'], /the environment variable NOT_SET\n.*not set/],
  ['variable malformed', upstreamWith('api_key: ${not-a-name}'), ['5:14'], /between the braces/],
  ['empty key', upstreamWith('api_key:'), ['5:13'], /an API key.*\n.*nothing/],
  ['oauth login', upstreamWith('api_key: sk-ant-oat01-pw-secret'), ['5:14'], /login of a person at Claude/],
  ['claude session', upstreamWith('api_key: sk-ant-sid01-pw-secret'), ['5:14'], /login of a person at Claude/],
  ['openai session', upstreamWith('api_key: sess-pw-secret-abcdef'), ['5:14'], /login of a person at OpenAI/],
  ['login as admin key', upstreamWith('admin_key: sess-pw-secret-abcdef'), ['5:16'], /login of a person at OpenAI/],
  ['login in a pool', upstreamWith('api_keys: [sk-fine-key-1, sess-pw-secret-abcdef]'), ['5:31'], /login of a person at OpenAI/],
  ['key twice', upstreamWith('api_keys: [sk-fine-key-1, sk-fine-key-1]'), ['5:31'], /a key of its own/],
  ['short key in a pool', upstreamWith('api_keys: [pw-sec]'), ['5:16'], /API key of 8 to 512/],
  ['no room', upstreamWith('max_concurrency: 0'), ['5:22'], /from 1 to 1000000/],
  ['short admin key', upstreamWith('admin_key: pw-sec'), ['5:16'], /reads usage and cost reports/],
  ['jwt', upstreamWith('api_key: eyJhbGciOi.eyJzdWIi.pw-secret'), ['5:14'], /JWT/],
  ['cookie', upstreamWith('api_key: "__Secure-next-auth=pw-secret"'), ['5:14'], /cookie/],
  ['number as price', modelWith('price: { input: 3.00, output: "15" }'), ['10:21'], /the number 3\.00\n.*quote it: "3\.00"/],
  ['float trap', modelWith('price: { input: "3e2", output: "15" }'), ['10:21'], /a decimal string of USD/],
  ['negative price', modelWith('price: { input: "-1", output: "15" }'), ['10:21'], /a decimal string of USD/],
  ['zero price', modelWith('price: { input: "0.00", output: "15" }'), ['10:21'], /more than zero[\s\S]*free: true/],
  ['absurd price', modelWith('price: { input: "99999999", output: "15" }'), ['10:21'], /a decimal string of USD/],
  ['strategy', modelWith('strategy: fastest'), ['10:15'], /one of priority, weighted, cheapest/],
  ['priced and free', modelWith('price: { input: "1", output: "15" }\n    free: true'), ['10:21', '10:34'], /no price on a free model/],
  ['half a price', modelWith('price: { input: "1" }'), ['10:12'], /a decimal string/],
  ['price key', modelWith('price: { input: "1", output: "1", cached: "1" }'), ['10:39'], /one of input, output, cache_read/],
  [
    'context is text',
    `${UP}models:\n  - id: m\n    context: "200k"\n    output_max: 10\n    routes: [{ upstream: u, model: x }]\n`,
    ['7:14'],
    /whole number/,
  ],
  [
    'context zero',
    `${UP}models:\n  - id: m\n    context: 0\n    output_max: 10\n    routes: [{ upstream: u, model: x }]\n`,
    ['7:14'],
    /whole number/,
  ],
  ['no routes', `${UP}models:\n  - id: m\n    context: 1\n    output_max: 10\n    routes: []\n`, ['9:13'], /at least one route/],
  [
    'unknown upstream',
    `${UP}models:\n  - id: m\n    context: 1\n    output_max: 10\n    routes: [{ upstream: v, model: x }]\n`,
    ['9:26'],
    /the id of an upstream: u\n.*"v"/,
  ],
  [
    'priority',
    `${UP}models:\n  - id: m\n    context: 1\n    output_max: 10\n    routes: [{ upstream: u, model: x, priority: 0 }]\n`,
    ['9:49'],
    /1 to 1000/,
  ],
]

for (const [name, text, at, said] of BAD) {
  test(`refused with its place: ${name}`, () => {
    const { desired, problems } = parse(text)
    assert.equal(desired, undefined)
    const told = problems.map((problem) => `${problem.expected}\n  got       ${problem.got}\n  ${problem.mend}`).join('\n')
    assert.deepEqual(
      problems.map((problem) => `${problem.line}:${problem.column}`),
      at,
      told,
    )
    assert.match(told, said)
    assert.ok(!told.includes('pw-secret'), 'a secret is shown')
    for (const problem of problems)
      assert.ok(problem.expected !== '' && problem.got !== '' && problem.mend !== '' && problem.file === 'farebox.yaml')
  })
}

test('plain HTTP may go to this machine, and to private addresses that are declared local', () => {
  const local = '    placement: local\n'
  for (const url of ['http://127.0.0.1:1/v1', 'http://localhost', 'http://[::1]:8000']) assert.ok(parse(urlOf(url)).desired, url)
  for (const url of ['http://10.0.0.7', 'http://ollama:11434/v1', 'http://192.168.1.2', 'http://[fd00::1]:1'])
    assert.ok(parse(urlOf(url, local)).desired, url)
})

test('mistakes of every kind are told together, in the order of the file', () => {
  const text = `upstreams:
  - { id: A, kind: carbon, base_url: "ftp://x", api_key: "\${GONE}", extra: 1 }
models:
  - { id: m, context: x, output_max: 1, free: true, price: { input: "1", output: 2 }, routes: [{ upstream: nobody, model: m }] }
`
  const problems = parse(text).problems.map((problem) => `${problem.line}:${problem.column} ${problem.path}`)
  assert.deepEqual(problems, [
    '2:11 upstreams[0].id',
    '2:20 upstreams[0].kind',
    '2:38 upstreams[0].base_url',
    '2:58 ',
    '2:69 upstreams[0]',
    '4:23 models[0].context',
    '4:69 models[0].price.input',
    '4:82 models[0].price.output',
    '4:108 models[0].routes[0].upstream',
  ])
})

test('2,000 mutations of a good file never throw, and a refusal always says where', () => {
  const bits = [
    '\t',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ':',
    '- ',
    '&a ',
    '*a',
    '${',
    '}',
    '!!binary ',
    '\u0000',
    '---\n',
    '? ',
    '<<: ',
    '__proto__: 1\n',
    '9e999',
    '~',
    '|\n',
  ]
  const edit = fc.record({ at: fc.nat(), cut: fc.nat({ max: 12 }), put: fc.oneof(fc.constantFrom(...bits), fc.string({ maxLength: 6 })) })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce((good, { at, cut, put }) => {
        const from = at % good.length
        return good.slice(0, from) + put + good.slice(from + cut)
      }, GOOD)
      const { desired, problems } = parse(text, { ANTHROPIC_API_KEY: 'sk-ant-api03-abcdefgh' })
      assert.equal(desired === undefined, problems.length > 0)
      const lines = text.split('\n').length
      for (const problem of problems) assert.ok(problem.line >= 1 && problem.line <= lines && problem.column >= 1, JSON.stringify(problem))
    }),
    { numRuns: 2000 },
  )
})

test('hostile shapes end in a problem: depth, aliases, size', () => {
  const laughs = `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefghij'.replace(/./g, (name) => {
    const before = String.fromCharCode(name.charCodeAt(0) - 1)
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]\n`
  })}`
  for (const text of ['['.repeat(100_000), laughs, 'a'.repeat(5 * 1024 * 1024), `${'- '.repeat(20_000)}x`])
    assert.ok(parse(text).problems.length > 0)
})

test('what is wrong with the YAML is told without the text that it is wrong with, which can be a key', () => {
  for (const text of [
    '  upstreams:\n- sk-secret\n- "sk-secret": x\n',
    'a: b\n sk-secret: [\n- sk-secret',
    'a: *sk-secret',
    'a: "\nsk-secret',
  ]) {
    const { problems } = parse(text)
    assert.ok(problems.length > 0, text)
    assert.equal(JSON.stringify(problems).includes('secret'), false, JSON.stringify(problems))
  }
})

test('a key is told of in no field that a slipped line brings it to: values, names, ids, variables', () => {
  const key = 'sk-cnryQ7f3secret'
  for (const text of [
    modelWith('').replace('context: 10\n', `context: 128000\n      - ${key}\n`),
    modelWith(`strategy: ${key}`),
    modelWith(`${key}: 1`),
    modelWith(`price: { input: ${key}, output: "1", ${key}: "1" }`),
    upstreamWith(`privacy: { ${key}: x, training: ${key} }`),
    upstreamWith(`placement: \${${key.slice(3)}}`),
    `upstreams:\n  - { id: ${key}, kind: x }\n  - { id: ${key}, kind: openai }\n`,
    `${UP.replace('id: u', `id: ${key}`)}models:\n  - { id: m, routes: [{ upstream: ${key}9, model: x }] }\n`,
    `upstreams: 0x${'5ec7e7'.repeat(4)}\n`,
  ]) {
    const { problems } = parse(text)
    assert.ok(problems.length > 0, text)
    assert.doesNotMatch(JSON.stringify(problems), /secret|5ec7e7/, text)
  }
})
