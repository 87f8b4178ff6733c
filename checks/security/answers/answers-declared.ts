import { undeclaredIn } from '../../../src/api/answer-shapes/index.ts'
import { customerApp, operatorApp } from '../../../src/api/index.ts'
import { ALL_SPOKEN, call, send } from '../../calls.ts'
import { GATEWAY_PATHS, partlyMade } from '../../customer-doors.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { CUSTOMER_POSTS } from '../../money/customer-posts.ts'
import { POSTS } from '../../money/operator-posts.ts'
import type { Post } from '../../money/post.ts'
import type { Customer } from '../../operator.ts'
import { askAsPage, openByNumber, pairOf } from '../../sign-in.ts'
import { startWorld, type World } from '../../world.ts'
import { type AskList, fillPath } from './fill-path.ts'
import { strangeIn } from './gateway-failures.ts'
import { type Planted, plantedOf, secretsIn } from './planted.ts'

/** An interface as a whole server has it: its doors, where it listens, and who asks, by the headers that say so. */
type Interface = {
  readonly app: ReturnType<typeof customerApp>
  readonly base: string
  readonly askers: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Whose answers fill the parameters of paths. */
  readonly filler: string
}
type Run = { readonly context: CheckContext; readonly world: World; planted: readonly Planted[]; readonly counted: Record<string, number> }
type Asked = { readonly line: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body?: object }

const PASSWORD = 'a planted password of 33 letters!'

/**
 * SEC-04: every door of both interfaces is asked by nobody, by whom it is for and by whom it is not, with things that are there; each answer in
 * JSON holds what its route declares and no member more, every failure has the shape of what was asked, and none holds a secret that was planted,
 * its hash, a hash of a password, an extended key, a place in our source or a word of the database.
 */
export async function answersDeclared(context: CheckContext): Promise<Measured> {
  const world = await startWorld()
  const counted = { answers: 0, told: 0, doors: 0, posts: 0 }
  try {
    const run: Run = { context, world, planted: [], counted }
    const customer = await world.operator.customer('100.00')
    const { interfaces, planted } = await enter(run, customer)
    run.planted = planted
    await expectShownSecret(run)
    for (const post of [...POSTS, ...CUSTOMER_POSTS]) await tryPost(run, { post, customer, interfaces })
    for (const one of interfaces) await walk(run, one)
    await failCalls(run, customer)
    context.expect(counted.told > counted.doors / 3, `blind: only ${counted.told} answers of ${counted.doors} doors told anything`)
    return { n: context.n, measured: counted }
  } finally {
    await world.stop()
  }
}

/** Everybody who asks, and the secrets by which they do. */
async function enter({ world }: Run, { id, key }: Customer): Promise<{ interfaces: readonly Interface[]; planted: readonly Planted[] }> {
  const made = (await world.operator.ask('POST', `/accounts/${id}/management-keys`, { name: 'answers' })) as { secret: string }
  const opened = await openByNumber(world.base, { body: { password: PASSWORD } })
  const cookie = pairOf(opened)
  const session = cookie.split('=')[1] ?? ''
  const person = { cookie, origin: `http://localhost:${world.port}`, 'sec-fetch-site': 'same-origin' }
  const [calling, managing] = [{ authorization: `Bearer ${key}` }, { authorization: `Bearer ${made.secret}` }]
  const operator = { authorization: `Bearer ${world.operatorToken}` }
  return {
    interfaces: [
      {
        ...{ app: customerApp(partlyMade({})), base: world.base, filler: 'managing' },
        askers: { nobody: {}, calling, managing, person, operator },
      },
      {
        ...{ app: operatorApp(partlyMade({})) as unknown as Interface['app'], base: world.operatorBase, filler: 'operator' },
        askers: { nobody: {}, calling, operator },
      },
    ],
    planted: [
      ...plantedOf('the operator token', world.operatorToken),
      ...plantedOf('a key of a customer', key),
      ...plantedOf('a management key', made.secret),
      ...plantedOf('a session', session),
      ...plantedOf('a password', PASSWORD),
      ...plantedOf('the key of an upstream', 'sk-upstream-world'),
    ],
  }
}

/** The eye is tried on something that does hold a secret. */
async function expectShownSecret({ context, world, planted }: Run): Promise<void> {
  const config = JSON.stringify({ api_key: 'sk-upstream-world', token: world.operatorToken })
  context.expect(secretsIn(config, planted).length === 2, 'blind: a secret that is there is not seen')
  const told = undeclaredIn(customerApp(partlyMade({})), {
    ...{ method: 'GET', path: '/healthz', status: 200, contentType: 'application/json', text: '{"status":"ok","more":1}' },
  })
  context.expect(told.length === 1, 'blind: a member that nobody declared is not seen')
}

type Trying = { readonly post: Post; readonly customer: Customer; readonly interfaces: readonly Interface[] }

/** A POST that does something, as MON-21 prepares it. */
async function tryPost(run: Run, { post, customer, interfaces }: Trying): Promise<void> {
  const place = await post.prepare(run.world, customer)
  const isOperators = place.to === undefined
  const one = interfaces[isOperators ? 1 : 0]
  if (one === undefined) return
  const headers = { authorization: `Bearer ${place.to?.token ?? run.world.operatorToken}` }
  const path = `${isOperators ? '/operator/v1' : ''}${place.path}`
  const status = await ask(run, one, { line: `POST ${path}`, path, headers, body: place.body })
  run.context.expect(status < 300, `blind: POST ${post.path} was answered ${status}`)
  run.counted['posts'] = (run.counted['posts'] ?? 0) + 1
}

/** Every door, by everybody. */
async function walk(run: Run, one: Interface): Promise<void> {
  const doors = [...new Set(one.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`))]
  const filling: AskList = async (path) => {
    const answer = await fetch(one.base + path, { headers: one.askers[one.filler] ?? {} })
    const text = await answer.text()
    return answer.ok && answer.headers.get('content-type')?.startsWith('application/json') === true ? JSON.parse(text) : undefined
  }
  // What ends things comes last.
  const ordered = doors.toSorted((a, b) => Number(isEnding(a)) - Number(isEnding(b)))
  for (const line of ordered) {
    const [method = 'GET', path = '/'] = line.split(' ')
    const filled = await fillPath(path.replace(/\/\*$/, '/anything'), filling)
    for (const headers of Object.values(one.askers))
      await ask(run, one, { line, path: filled, headers, ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }) })
  }
  run.counted['doors'] = (run.counted['doors'] ?? 0) + doors.length
}

const isEnding = (line: string): boolean => line.startsWith('DELETE') || /erasure|sign-out|leave|suspension|revo/.test(line)

/** Sends, looks at what comes back, and resolves with its status. */
async function ask(run: Run, { app, base }: Interface, { line, path, headers, body }: Asked): Promise<number> {
  const { context, planted, counted } = run
  const [method = 'GET'] = line.split(' ')
  const sent = body === undefined ? '' : JSON.stringify(body)
  const json = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(sent)) }
  const answer = await send({ url: base + path, method, headers: { ...headers, ...(body === undefined ? {} : json) }, body: sent })
  const text = answer.body.toString()
  const contentType = answer.headers['content-type']
  for (const told of undeclaredIn(app, { method, path, status: answer.status, contentType, text })) context.fail(told)
  const known = planted.map((one) => one.text)
  // A file of an export is bytes; what a POST says comes back where it is shown.
  const seen = `${text}\n${JSON.stringify({ ...answer.headers, 'set-cookie': undefined })}`
  for (const name of secretsIn(
    seen,
    planted,
    known.filter((one) => sent.includes(one)),
  ))
    context.fail(`${line}, ${answer.status}: it holds ${name}`)
  counted['answers'] = (counted['answers'] ?? 0) + 1
  if (answer.status < 300 && contentType?.startsWith('application/json') === true) counted['told'] = (counted['told'] ?? 0) + 1
  return answer.status
}

/** What gateways say themselves: failures of every protocol, and what is not there. */
async function failCalls({ context, world, planted, counted }: Run, { key }: Customer): Promise<void> {
  const wrong = [{ key: 'fbx_nothing' }, { key, model: 'no-such-model' }, { key, fields: { max_tokens: 'many' } }, { key, model: '' }]
  for (const [protocol, plan] of ALL_SPOKEN.flatMap((one) => wrong.map((each) => [one, each] as const))) {
    const answer = await call({ base: world.base, protocol, ...plan })
    for (const told of answer.status < 400 ? [] : strangeIn(protocol, answer)) context.fail(told)
    for (const name of secretsIn(answer.body.toString(), planted)) context.fail(`a call in ${protocol}, ${answer.status}: it holds ${name}`)
    counted['answers'] = (counted['answers'] ?? 0) + 1
  }
  for (const path of [...GATEWAY_PATHS, '/%00', '/..%2f..%2fetc%2fpasswd', '/v1/responses/abc']) {
    const told = await askAsPage({ base: world.base, line: `GET ${path}`, headers: { authorization: `Bearer ${key}` } })
    for (const name of secretsIn(told.text, planted)) context.fail(`GET ${path}: it holds ${name}`)
    counted['answers'] = (counted['answers'] ?? 0) + 1
  }
}
