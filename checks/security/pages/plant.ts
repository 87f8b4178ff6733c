import type { World } from '../../world.ts'

/** Who plants: a person by their cookie, and the operator. */
export type Planter = {
  readonly world: World
  readonly cookie: string
  readonly accountId: string
  readonly keyIds: readonly string[]
  readonly webhookIds: readonly string[]
}

/** A stored string that pages show, and how a payload is put there: the status of the request that did it. */
export type Place = { readonly name: string; readonly put: (planter: Planter, payload: string, index: number) => Promise<number> }

const both = (text: string) => ({ en: text, zh: text })
const cut = (text: string, length: number): string => text.slice(0, length)
const plan = (name: string) => ({ price_multiplier: '1', name })

/** Every place where people or operators leave words that somebody else is shown. */
export const PLACES: readonly Place[] = [
  {
    name: 'the name of a key',
    put: (by, text, index) => asPerson(by, `PATCH /api/keys/${by.keyIds[index % by.keyIds.length]}`, { name: cut(text, 64) }),
  },
  { name: 'the name of an end user', put: (by, text) => asPerson(by, 'POST /api/end-users', { name: cut(text, 64) }) },
  {
    name: 'the address of a webhook',
    put: (by, text, index) =>
      asPerson(by, `PATCH /api/webhooks/${by.webhookIds[index % by.webhookIds.length]}`, { url: `https://hooks.example.com/?x=${text}` }),
  },
  {
    name: 'a question to support',
    put: async (by, text, index) => {
      // An account may have twenty that wait.
      if (index % 15 === 14) await closeRequests(by)
      return await asPerson(by, 'POST /api/support/requests', { text })
    },
  },
  {
    name: 'the reason of a credit',
    put: (by, text) => asOperator(by, `POST /accounts/${by.accountId}/credits`, { amount: '0.01', reason: text }),
  },
  {
    name: 'an announcement',
    put: (by, text) => asOperator(by, 'POST /announcements', { topic: 'announcements', title: both(cut(text, 120)), text: both(text) }),
  },
  {
    name: 'an incident',
    put: (by, text) => asOperator(by, 'POST /incidents', { title: both(cut(text, 120)), text: both(text), tell: false }),
  },
  {
    name: 'announced work',
    put: (by, text) =>
      asOperator(by, 'POST /status/maintenance', { title: text, starts_at: '2040-01-01T00:00:00Z', ends_at: '2040-01-01T01:00:00Z' }),
  },
  {
    name: 'the label of codes',
    put: (by, text) => asOperator(by, 'POST /redeem-batches', { label: cut(text, 64), amount: '0.01', count: 1 }),
  },
  { name: 'the name of a plan', put: (by, text, index) => asOperator(by, `PUT /plans/plan-${index}`, plan(cut(text, 64))) },
  {
    name: 'the description of a pool',
    put: (by, text, index) =>
      asOperator(by, `PUT /pools/pool-${index}`, {
        ...{ description: text, models: ['m-openai'] },
        blocks: [{ block: 'asia', seats: 1, price_per_month: '1.00' }],
      }),
  },
  {
    name: 'the promises of an upstream',
    put: (by, text) =>
      asOperator(by, 'PUT /upstreams/planted', {
        ...{ kind: 'openai', base_url: 'https://planted.example/v1', placement: 'third_party' },
        privacy: { retention: cut(text, 60), training: 'no', country: 'US', evidence: 'https://planted.example', checked: '2026-11-01' },
      }),
  },
  { name: 'the e-mail of an account', put: (by, text) => asOperator(by, 'POST /accounts', { email: `${text}@example.com` }) },
  {
    name: 'the id of a model',
    put: (by, text) =>
      asOperator(by, `PUT /models/${encodeURIComponent(cut(text, 60))}`, {
        context: 1000,
        output_max: 100,
        free: true,
        routes: [{ upstream: 'oai', model: 'x' }],
      }),
  },
  {
    name: 'the name of a model at its upstream',
    put: (by, text, index) =>
      asOperator(by, `PUT /models/planted-${index}`, {
        context: 1000,
        output_max: 100,
        free: true,
        routes: [{ upstream: 'oai', model: cut(text, 80) }],
      }),
  },
]

/** Ends what waits for support, so that more can be asked. */
async function closeRequests(by: Planter): Promise<void> {
  const { data } = (await by.world.operator.ask('GET', '/support/requests?state=open&limit=100')) as {
    readonly data: readonly { readonly id: string }[]
  }
  for (const { id } of data) await asOperator(by, `PATCH /support/requests/${id}`, { state: 'closed' })
}

async function asPerson({ world, cookie }: Planter, line: string, body: object): Promise<number> {
  const [method = '', path = ''] = split(line)
  const origin = `http://localhost:${world.port}`
  const headers = { cookie, origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
  return await statusOf(await fetch(world.base + path, { method, headers, body: JSON.stringify(body) }))
}

async function asOperator({ world }: Planter, line: string, body: object): Promise<number> {
  const [method = '', path = ''] = split(line)
  const headers = { authorization: `Bearer ${world.operatorToken}`, 'content-type': 'application/json' }
  return await statusOf(await fetch(`${world.operatorBase}/operator/v1${path}`, { method, headers, body: JSON.stringify(body) }))
}

/** Method and path of "PUT /plans/one"; the path may hold blanks. */
const split = (line: string): readonly string[] => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]

async function statusOf(answer: Response): Promise<number> {
  await answer.arrayBuffer()
  return answer.status
}
