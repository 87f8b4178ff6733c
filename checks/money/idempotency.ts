import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { customerApp, operatorApp } from '../../src/api/index.ts'
import { partlyMade } from '../customer-doors.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import type { Customer } from '../operator.ts'
import { dumpDatabase } from '../privacy/dump.ts'
import { startWorld, type World } from '../world.ts'
import { CUSTOMER_POSTS, CUSTOMER_POSTS_ELSEWHERE, CUSTOMER_POSTS_OF_PEOPLE } from './customer-posts.ts'
import { POSTS, POSTS_ELSEWHERE, POSTS_THAT_COMPUTE } from './operator-posts.ts'
import type { Post, PostPlace } from './post.ts'

/** A client that is told 503 tries again with the same key, as it should. */
const TRIES_MAX = 40
const AGAIN_MS = 100
const CONFLICT = 409

/** An answer of the operator API; `tries` counts those that were told to come again. */
type Answered = { readonly status: number; readonly text: string; readonly tries: number }

/** MON-21: every POST of either interface is sent many times at once with one Idempotency-Key: one effect, one answer, and no secret kept. */
export async function idempotency(context: CheckContext): Promise<Measured> {
  const world = await startWorld()
  try {
    expectAllPosts(context)
    const tries: number[] = []
    const secrets: string[] = [world.operatorToken]
    for (const post of ALL) {
      const run: Run = { context, world, post, customer: await world.operator.customer() }
      secrets.push(run.customer.key)
      const told = [...(await repeated(run)), ...(await mixed(run))]
      tries.push(...told.map((answer) => answer.tries))
      secrets.push(...told.flatMap(({ text }) => secretsIn(text)))
      await refusesStrangers(run)
      if (post.isEachNew) await countsWithoutKey(run)
      context.progress(`${post.path}: one effect of ${atOnce(context, post)}`)
    }
    await expectNoSecretKept(context, world, [...new Set(secrets)])
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    const again = tries.reduce((sum, count) => sum + count, 0)
    return { n: context.n, measured: { posts: ALL.length, secretsSearched: new Set(secrets).size, toldToComeAgain: again } }
  } finally {
    await world.stop()
  }
}

const ALL: readonly Post[] = [...POSTS, ...CUSTOMER_POSTS]

const atOnce = ({ n }: CheckContext, { atOnceMax = n }: Post): number => Math.min(n, atOnceMax)

/** A POST that is not tried here would go unproven: the routers themselves say which there are, also those of rails that nobody has set up. */
function expectAllPosts(context: CheckContext): void {
  const operators = postsOf(operatorApp(partlyMade({})).routes, '/operator/v1')
  const customers = postsOf(customerApp(partlyMade({})).routes, '').filter((path) => !CUSTOMER_POSTS_OF_PEOPLE.test(path))
  context.expect(operators.length > 20 && customers.length > 10, 'blind: the routers hold hardly any POST')
  const known = [
    {
      declared: operators,
      tried: POSTS.map(({ path }) => path),
      others: [...POSTS_ELSEWHERE.keys(), ...POSTS_THAT_COMPUTE],
      file: 'operator-posts',
    },
    {
      declared: customers,
      tried: CUSTOMER_POSTS.map(({ path }) => path),
      others: [...CUSTOMER_POSTS_ELSEWHERE.keys()],
      file: 'customer-posts',
    },
  ]
  for (const { declared, tried, others, file } of known) {
    const listed = [...tried, ...others].map(plain)
    for (const path of declared) context.expect(listed.includes(path), `POST ${path} is not tried: add it to checks/money/${file}.ts`)
    for (const path of listed) context.expect(declared.includes(path), `POST ${path} is in checks/money/${file}.ts and not there`)
  }
}

type Routes = readonly { readonly method: string; readonly path: string }[]

const postsOf = (routes: Routes, prefix: string): readonly string[] => [
  ...new Set(
    routes.filter(({ method, path }) => method === 'POST' && path.startsWith(prefix)).map(({ path }) => plain(path.slice(prefix.length))),
  ),
]

/** A path with its parameters without names. */
const plain = (path: string): string => path.replace(/:\w+(?:\{[^/]*\})?|\{\w+\}/g, '*')

type Run = { readonly context: CheckContext; readonly world: World; readonly post: Post; readonly customer: Customer }

/** The same body many times at once, then once more, then another body. */
async function repeated(run: Run): Promise<readonly Answered[]> {
  const { context, world, post } = run
  const place = await post.prepare(world, run.customer)
  const before = await post.effects(world.operator, place)
  const key = newKey()
  const same = { place, body: place.body, key }
  const told = await Promise.all(Array.from({ length: atOnce(context, post) }, () => send(world, same)))
  told.push(await send(world, same))
  const odd = told.filter(({ status }) => status !== post.status)
  context.expect(odd.length === 0, `${post.path}: ${odd.length} of ${told.length} were answered ${odd[0]?.status} ${odd[0]?.text}`)
  const answers = new Set(told.map(({ text }) => text))
  context.expect(answers.size === 1, `${post.path}: ${answers.size} different answers`)
  const effects = (await post.effects(world.operator, place)) - before
  context.expect(effects === 1, `${post.path}: ${effects} effects`)
  const conflict = await send(world, { ...same, body: place.otherBody })
  expectConflict(run, conflict)
  context.expect((await post.effects(world.operator, place)) - before === 1, `${post.path}: another body had an effect`)
  return told
}

/** Two bodies with one key at once: one of them wins, everywhere. */
async function mixed(run: Run): Promise<readonly Answered[]> {
  const { context, world, post } = run
  const place = await post.prepare(world, run.customer)
  const before = await post.effects(world.operator, place)
  const key = newKey()
  const bodies = Array.from({ length: atOnce(context, post) }, (_, index) => (index % 2 === 0 ? place.body : place.otherBody))
  const told = await Promise.all(bodies.map((body) => send(world, { place, body, key })))
  const won = told.filter(({ status }) => status === post.status)
  context.expect(new Set(won.map(({ text }) => text)).size === 1, `${post.path}: both bodies were answered`)
  context.expect(won.length === Math.ceil(told.length / 2) || won.length === Math.floor(told.length / 2), `${post.path}: ${won.length} won`)
  for (const answer of told) if (answer.status !== post.status) expectConflict(run, answer)
  const effects = (await post.effects(world.operator, place)) - before
  context.expect(effects === 1, `${post.path}: two bodies had ${effects} effects`)
  return won
}

/** Who knows the Idempotency-Key and not the token learns nothing by sending it again. */
async function refusesStrangers({ context, world, post, customer }: Run): Promise<void> {
  const place = await post.prepare(world, customer)
  const key = newKey()
  const first = await send(world, { place, body: place.body, key })
  for (const token of ['', 'x'.repeat(40), ...(post.isForAnyCustomer === true ? [] : [customer.key])]) {
    const { status, text } = await send(world, { place, body: place.body, key, token })
    context.expect(
      (status === 401 || (place.to !== undefined && status === 403)) && secretsIn(text).length === 0,
      `${post.path}: a stranger was answered ${status}`,
    )
  }
  context.expect(first.status === post.status, `${post.path}: answered ${first.status}`)
}

/** Without a key each POST counts, or the count of effects sees nothing. */
async function countsWithoutKey({ context, world, post, customer }: Run): Promise<void> {
  const place = await post.prepare(world, customer)
  const before = await post.effects(world.operator, place)
  for (let times = 0; times < 2; times += 1) await send(world, { place, body: place.body, key: undefined })
  const effects = (await post.effects(world.operator, place)) - before
  context.expect(effects === 2, `blind: ${post.path} sent twice without a key had ${effects} effects`)
}

function expectConflict({ context, post }: Run, { status, text }: Answered): void {
  context.expect(status === CONFLICT && text.includes('idempotency_conflict'), `${post.path}: another body was answered ${status} ${text}`)
  context.expect(secretsIn(text).length === 0, `${post.path}: a conflict told a secret`)
}

/** What was answered is kept, and no secret of it: not in a table, not in what the server wrote. */
async function expectNoSecretKept(context: CheckContext, world: World, secrets: readonly string[]): Promise<void> {
  const tables = await dumpDatabase(world.connection())
  const places = [...tables, { name: 'server.log', text: world.log() }]
  const kept = tables.find(({ name }) => name === 'farebox.idempotency')?.text ?? ''
  context.expect(kept.includes('key_hash'), 'blind: no answer is kept')
  for (const { name, text } of places)
    for (const secret of secrets) context.expect(!text.includes(secret), `${name} holds a secret that an answer told`)
  context.expect(!kept.includes('@example.com'), 'an e-mail is kept with an answer')
}

/** Keys, tokens and codes that an answer holds. */
const secretsIn = (text: string): readonly string[] => [
  ...[...text.matchAll(/"(?:secret|apiKey)":"([^"]+)"/g)].map(([, secret = '']) => secret),
  ...(text.match(/\b(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}\b/g) ?? []),
]

const newKey = (): string => randomBytes(12).toString('hex')

type Sent = { readonly place: PostPlace; readonly body: object; readonly key: string | undefined; readonly token?: string }

async function send(world: World, { place, body, key, token = place.to?.token ?? world.operatorToken }: Sent): Promise<Answered> {
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`${place.to?.base ?? `${world.operatorBase}/operator/v1`}${place.path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
    })
    const text = await answer.text()
    if (answer.status !== 503 || tries === TRIES_MAX) return { status: answer.status, text, tries }
    await sleep(AGAIN_MS)
  }
}
