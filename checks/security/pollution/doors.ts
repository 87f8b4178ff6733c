import { customerApp, operatorApp } from '../../../src/api/index.ts'
import { bodyOf, keyHeader, SPOKEN, type Spoken } from '../../calls.ts'
import { partlyMade } from '../../customer-doors.ts'
import { CUSTOMER_POSTS } from '../../money/customer-posts.ts'
import { POSTS } from '../../money/operator-posts.ts'
import type { Customer } from '../../operator.ts'
import { askAsPage, openByNumber, pairOf } from '../../sign-in.ts'
import type { World } from '../../world.ts'

/** One way in, and what it takes: `body` is a right one where `isRight`. */
export type Door = {
  readonly name: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
  readonly isRight: boolean
  /** Names of members that its schema has, at whatever depth. */
  readonly declared: ReadonlySet<string>
  readonly api: 'calls' | 'keys' | 'people' | 'operators'
}

/** Who asks: a customer's keys, a person's browser. */
export type Askers = {
  readonly customer: Customer
  readonly managing: string
  readonly person: Readonly<Record<string, string>>
}

/** A customer with a key of each kind, and somebody who is signed in. */
export async function enter(world: World): Promise<Askers> {
  const customer = await world.operator.customer('1000.00')
  const made = (await world.operator.ask('POST', `/accounts/${customer.id}/management-keys`, { name: 'pollution' })) as { secret: string }
  const cookie = pairOf(await openByNumber(world.base, { body: { password: 'a password of some 30 letters' } }))
  const person = { cookie, origin: `http://localhost:${world.port}`, 'sec-fetch-site': 'same-origin' }
  return { customer, managing: made.secret, person }
}

/** Every way in that takes a body. */
export async function doorsOf(world: World, askers: Askers): Promise<readonly Door[]> {
  const posts = []
  for (const post of [...POSTS, ...CUSTOMER_POSTS]) posts.push(await postDoor(world, await world.operator.customer('100.00'), post))
  return [...callDoors(world, askers.customer), ...posts, ...routedDoors(world, askers)]
}

const NOTHING: ReadonlySet<string> = new Set()

/** Calls of models; what their bodies may say is the protocols’, and unknown members go to the upstream or nowhere. */
const callDoors = ({ base }: World, { key }: Customer): readonly Door[] =>
  (Object.keys(SPOKEN) as readonly Spoken[]).map((protocol) => ({
    ...{
      name: `a call in ${protocol}`,
      method: 'POST',
      isRight: true,
      declared: new Set(['id', 'role', 'kind', 'tier']),
      api: 'calls' as const,
    },
    url: `${base}${protocol === 'gemini' ? `${SPOKEN.gemini.path}/m-gemini:generateContent` : SPOKEN[protocol].path}`,
    headers: keyHeader({ protocol, key }),
    body: JSON.parse(bodyOf({ base, key, protocol })) as object,
  }))

async function postDoor(world: World, customer: Customer, post: (typeof POSTS)[number]): Promise<Door> {
  const place = await post.prepare(world, customer)
  const isOperators = place.to === undefined
  const path = `${isOperators ? '/operator/v1' : ''}${place.path}`
  return {
    ...{ name: `POST ${post.path}`, method: 'POST', body: place.body, isRight: true, api: isOperators ? 'operators' : 'keys' },
    url: `${place.to?.base ?? world.operatorBase}${path}`,
    headers: { authorization: `Bearer ${place.to?.token ?? world.operatorToken}` },
    declared: declaredAt(DOCUMENTS[isOperators ? 'operators' : 'customers'](), { method: 'post', path }),
  }
}

/** What ends what the other trials need. */
const ENDING = /erasure|sign-out|leave|suspension|revo|logout|\/webhooks\/|\/unsubscribe\//

/** Every other way in of the routers, by an empty body and ids of nobody: what is refused must be refused without a trace too. */
function routedDoors(world: World, { managing, person }: Askers): readonly Door[] {
  const operator = { authorization: `Bearer ${world.operatorToken}` }
  const of = (app: Routed, more: Pick<Door, 'headers' | 'api'> & { readonly base: string }): readonly Door[] =>
    [...new Set(app.routes.map(({ method, path }) => `${method} ${path}`))]
      .filter((line) => /^(?:POST|PUT|PATCH) /.test(line) && !ENDING.test(line))
      .map((line): Door => {
        const [method = '', path = ''] = line.split(' ')
        const url = more.base + path.replace(/:(\w+)(?:\{[^/]*\})?/g, NOBODY)
        return { ...{ name: `${line} of ${more.api}`, method, url, body: {}, isRight: false, declared: NOTHING }, ...more }
      })
  const customers = customerApp(partlyMade({})) as unknown as Routed
  return [
    ...of(customers, { base: world.base, headers: { authorization: `Bearer ${managing}` }, api: 'keys' }),
    ...of(customers, { base: world.base, headers: person, api: 'people' }),
    ...of(operatorApp(partlyMade({})) as unknown as Routed, { base: world.operatorBase, headers: operator, api: 'operators' }),
  ]
}

const NOBODY = '01900000-0000-7000-8000-000000000000'

type Routed = { readonly routes: readonly { readonly method: string; readonly path: string }[] }

type Described = {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: unknown }>>>>
  readonly components?: unknown
}

/** What each interface says of itself. */
const DOCUMENTS: Readonly<Record<'operators' | 'customers', () => Described>> = {
  // Its type hides that it is described too.
  operators: () =>
    (operatorApp(partlyMade({})) as unknown as ReturnType<typeof customerApp>).getOpenAPI31Document(ABOUT) as unknown as Described,
  customers: () => customerApp(partlyMade({})).getOpenAPI31Document(ABOUT) as unknown as Described,
}
const ABOUT = { openapi: '3.1.0', info: { title: 'x', version: '1' } }

/** Names of members that a path takes, at whatever depth, those of what it refers to with them. */
function declaredAt(document: Described, { method, path }: { readonly method: string; readonly path: string }): ReadonlySet<string> {
  const found = Object.entries(document.paths ?? {}).find(([pattern]) => new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
  return new Set(namesIn(found?.[1][method]?.requestBody, document))
}

function namesIn(schema: unknown, document: Described): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const reference = Reflect.get(schema, '$ref') as unknown
  if (typeof reference === 'string') return namesIn(reference.split('/').slice(1).reduce<unknown>(stepInto, document), document)
  const properties = Reflect.get(schema, 'properties') as unknown
  const own = typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
  return [...own, ...Object.values(schema).flatMap((inner) => namesIn(inner, document))]
}

const stepInto = (value: unknown, step: string): unknown =>
  typeof value === 'object' && value !== null ? (Reflect.get(value, step) as unknown) : undefined

/** Asks one of a person's own pages, to see whether they are signed in. */
export const meOf = ({ base }: World, { person }: Askers): Promise<number> =>
  askAsPage({ base, line: 'GET /api/auth/me', headers: person }).then(({ status }) => status)
