import { type Answer, send } from '../../calls.ts'
import { type CustomerDoor, customerDoors } from '../../customer-doors.ts'
import type { CheckContext } from '../../harness/index.ts'
import type { World } from '../../world.ts'

/** Whom a browser would send along. */
export type Cookies = { readonly person: string; readonly operator: string }

/** How another site makes a browser ask. Source: RFC 6454 §7 (2011-12); w3.org/TR/fetch-metadata (2026-11-27). */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' },
  { origin: 'https://evil.example', 'content-type': 'application/json' },
  { origin: 'null', 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
  { 'sec-fetch-site': 'same-site', 'content-type': 'application/json' },
  { 'content-type': 'application/json' },
]
/** Doors that no cookie opens: what is signed by a rail, what a mailed token alone does, what asks by mail, what pays by a signature. */
const WITHOUT_COOKIE = /^\/(?:webhooks|unsubscribe|api\/privacy|api\/agent)\//
const REDIRECTS = ['next', 'redirect', 'redirect_uri', 'return_to', 'url', 'continue', 'dest', 'r'] as const
const AWAY = [
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/%09/evil.example',
  'https:evil.example',
] as const

/** Every door that changes something, asked by another site with the cookies of who is signed in: each refuses. Resolves with how often was asked. */
export async function expectNoForgery(context: CheckContext, world: World, { person }: Cookies): Promise<number> {
  let asked = 0
  for (const { method, path } of customerDoors().filter((door) => door.method !== 'GET' && !WITHOUT_COOKIE.test(door.path)))
    for (const headers of FOREIGN) {
      const answer = await ask(world.base, { method, path }, { ...headers, cookie: person })
      asked += 1
      context.expect(
        [401, 403, 404, 405, 415].includes(answer.status),
        `${method} ${path} asked by another site (${JSON.stringify(headers)}) is answered ${answer.status}`,
      )
    }
  const own = await ask(world.base, { method: 'GET', path: '/api/auth/me' }, { cookie: person })
  context.expect(own.status === 200, `blind: who is signed in is answered ${own.status}`)
  return asked
}

/** The same at the operator's listener, for all that a session opens. */
export async function expectNoOperatorForgery(context: CheckContext, world: World, { operator }: Cookies): Promise<number> {
  let asked = 0
  const doors = [
    ...['POST /operator/v1/accounts', 'POST /operator/v1/announcements', 'PUT /operator/v1/plans/forged', 'POST /operator/auth/sign-out'],
    ...['DELETE /operator/v1/models/m-openai', 'POST /operator/v1/incidents', 'POST /operator/v1/operators', 'PUT /operator/v1/setup/name'],
  ]
  for (const line of doors) {
    const [method = '', path = ''] = line.split(' ')
    for (const headers of FOREIGN) {
      const answer = await ask(world.operatorBase, { method, path }, { ...headers, cookie: operator })
      asked += 1
      context.expect(
        [401, 403, 415].includes(answer.status),
        `${line} asked by another site (${JSON.stringify(headers)}) is answered ${answer.status}`,
      )
    }
  }
  return asked
}

/** No address leads elsewhere, whatever is said after its question mark. */
export async function expectNoRedirect(context: CheckContext, world: World, { person }: Cookies): Promise<number> {
  let asked = 0
  const paths = customerDoors().flatMap(({ method, path }) => (method === 'GET' ? [path] : []))
  for (const path of [...paths, '//evil.example', '/\\evil.example', '/https://evil.example'])
    for (const away of AWAY) {
      const query = new URLSearchParams(REDIRECTS.map((name): [string, string] => [name, away])).toString()
      const answer = await ask(world.base, { method: 'GET', path: `${path}?${query}` }, { cookie: person, accept: 'text/html' })
      asked += 1
      const to = String(answer.headers.location ?? answer.headers['refresh'] ?? '')
      context.expect(!/evil|javascript/.test(to), `${path} leads to ${to}`)
    }
  return asked
}

function ask(base: string, { method, path }: CustomerDoor, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const body = method === 'GET' ? '' : '{}'
  return send({ url: base + path, method, headers: { ...headers, 'content-length': String(body.length) }, body, millisMax: 20_000 })
}
