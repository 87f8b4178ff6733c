import { isDeepStrictEqual } from 'node:util'
import { seededRandom } from '../../../sim/index.ts'
import { ALL_SPOKEN, type Answer, call, send } from '../../calls.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'
import { dumpDatabase } from '../../privacy/dump.ts'
import { startWorld, type World } from '../../world.ts'
import { clientAddress, TRUSTING } from '../client-addresses.ts'
import { type Askers, type Door, doorsOf, enter, meOf } from './doors.ts'
import { assigned, FORM_FIELDS, headersFor, MARK, POLLUTING, TAKEN, withMember } from './payloads.ts'

const AT_ONCE = 6
/** Trials between two looks at whether the processes are what they were. */
const ROUND = 60

/** One request that nobody should believe. */
type Trial = {
  readonly door: Door
  readonly way: Way
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
const APIS = ['calls', 'keys', 'people', 'operators'] as const
const WAYS = ['pollution', 'member', 'query', 'form', 'header'] as const
type Way = (typeof WAYS)[number]

/**
 * SEC-11: members, parameters, fields and headers that reach for what all objects are made of, or say that somebody is somebody else or richer, at
 * every depth of what every door takes. Each is answered 4xx or ignored, no process serves anything otherwise after it, nothing of it is in an answer
 * or in the database, and nobody has more, or is more, than before.
 */
export async function pollution(context: CheckContext): Promise<Measured> {
  const world = await startWorld({ env: TRUSTING })
  try {
    const other = await world.operator.customer('7.00')
    const askers = await enter(world)
    const doors = await doorsOf(world, askers)
    const before = await standing(world, other.id)
    const run: Run = { context, world, askers, other: other.id, counted: { refused: 0, ignored: 0, busy: 0 } }
    const trials = trialsOf(run, doors)
    for (let at = 0; at < trials.length; at += ROUND) {
      await inParallel(trials.slice(at, at + ROUND), AT_ONCE, (trial, index) => tryOne(run, trial, at + index))
      await expectUnchanged(run, `after ${at + ROUND} requests`)
      if (at % (10 * ROUND) === 0) context.progress(`${at + ROUND} requests`)
    }
    await expectRightBodies(run, doors)
    context.expect(isDeepStrictEqual(await standing(world, other.id), before), 'an account that nobody had to do with is another')
    for (const { name, text } of await dumpDatabase(world.connection()))
      if (!name.startsWith('pg_'))
        context.expect(!TAKEN.test(text), `${name} holds what a request said of itself: ${TAKEN.exec(text)?.[0]}`)
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return { n: trials.length, measured: { doors: doors.length, ...run.counted } }
  } finally {
    await world.stop()
  }
}

type Run = {
  readonly context: CheckContext
  readonly world: World
  readonly askers: Askers
  readonly other: string
  readonly counted: Record<'refused' | 'ignored' | 'busy', number>
}

/**
 * As many requests as are asked for: each interface and way has the same share, and in it every payload its turn; doors and depths are drawn by the
 * seed, most of them doors with a right body, as what is refused for its body has not got far.
 */
function trialsOf({ context, other }: Run, doors: readonly Door[]): readonly Trial[] {
  const random = seededRandom(context.seed)
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item
  const places = APIS.flatMap((api) => WAYS.map((way) => ({ way, doors: doors.filter((door) => door.api === api) })))
  return Array.from({ length: context.n }, (_, index) => {
    const { way, doors: all } = places[index % places.length] as (typeof places)[number]
    const right = all.filter(({ isRight }) => isRight)
    const door = pick(right.length > 0 && random.next() < 0.6 ? right : all)
    return trialOf(door, way, { turn: Math.floor(index / places.length), other, pick })
  })
}

type Drawing = { readonly turn: number; readonly other: string; readonly pick: <Item>(items: readonly Item[]) => Item }

const turnOf = <Item>(items: readonly Item[], turn: number): Item => items[turn % items.length] as Item

function trialOf(door: Door, way: Way, { turn, other, pick }: Drawing): Trial {
  const json = { ...door.headers, 'content-type': 'application/json' }
  const plain = { door, way, url: door.url, headers: json, body: JSON.stringify(door.body) }
  const fields = assigned(other)
  if (way === 'pollution') return { ...plain, body: pick(withMember(door.body, turnOf(POLLUTING, turn))) }
  if (way === 'header') return { ...plain, headers: { ...json, ...turnOf(headersFor(other), turn) } }
  if (way === 'member') {
    const strange = fields.filter(([name]) => !door.declared.has(name) && !Object.hasOwn(door.body, name))
    const [name, value] = turnOf(strange, turn)
    return { ...plain, body: pick(withMember(door.body, `${JSON.stringify(name)}:${JSON.stringify(value)}`)) }
  }
  const said = turn % 2 === 0 ? `${turnOf(FORM_FIELDS, turn / 2)}=${MARK}` : saying(turnOf(fields, (turn - 1) / 2))
  return way === 'query' ? { ...plain, url: `${door.url}?${said}` } : { ...plain, headers: { ...door.headers, ...FORM }, body: said }
}

const saying = ([name, value]: readonly [string, unknown]): string =>
  `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Sends as a client of its own: the number is whose. */
const sendTo = ({ door, url, headers, body }: Omit<Trial, 'way'>, number: number): Promise<Answer> => {
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  return send({
    url,
    method: door.method,
    headers: { 'x-forwarded-for': clientAddress(number), ...headers, ...length },
    body,
    millisMax: 30_000,
  })
}

async function tryOne({ context, other, counted }: Run, trial: Trial, number: number): Promise<void> {
  const { door, way } = trial
  const answer = await sendTo(trial, number)
  const text = answer.body.toString()
  const isOdd = answer.status < 200 || (answer.status >= 300 && answer.status < 400) || (answer.status >= 500 && answer.status !== 503)
  context.expect(!isOdd, `${door.name} was answered ${answer.status} ${answer.error} to ${way} ${trial.body.slice(0, 200)} ${trial.url}`)
  if (answer.status === 503 || answer.status === 429) counted.busy += 1
  else counted[answer.status < 300 ? 'ignored' : 'refused'] += 1
  if (answer.status < 300)
    context.expect(!TAKEN.test(text) && !text.includes(other), `${door.name} took a ${way}: ${trial.body.slice(0, 200)} ${trial.url}`)
  if (way === 'form') context.expect(answer.status >= 400, `${door.name} took a form`)
}

/** Calls and writes that would be refused or answered otherwise if every object had what was planted. */
async function expectUnchanged({ context, world, askers }: Run, when: string): Promise<void> {
  const { base, operator, operatorBase, operatorToken } = world
  const { customer, managing } = askers
  for (const protocol of ALL_SPOKEN) {
    const { status } = await call({ base, key: customer.key, protocol })
    context.expect(status === 200, `${when} a call in ${protocol} is answered ${status}`)
  }
  const writes = [
    { url: `${operatorBase}/operator/v1/accounts/${customer.id}/keys`, token: operatorToken },
    { url: `${base}/api/keys/credit`, token: managing },
  ]
  for (const { url, token } of writes) {
    const answer = await fetch(url, {
      ...{ method: 'POST', body: '{"name":"probe"}' },
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
    const text = await answer.text()
    context.expect(answer.status === 201 && !text.includes(MARK), `${when} a key is made with ${answer.status} ${text.slice(0, 200)}`)
  }
  context.expect((await meOf(world, askers)) === 200, `${when} nobody is signed in`)
  const { email: own } = (await operator.ask('GET', `/accounts/${customer.id}`)) as { email: unknown }
  context.expect(typeof own === 'string', `${when} an account is shown otherwise`)
}

/** What was refused all the time goes as it should without what was added: nothing of it had been done, and the doors were the right ones. */
async function expectRightBodies({ context }: Run, doors: readonly Door[]): Promise<void> {
  for (const [index, door] of doors.filter(({ isRight }) => isRight).entries()) {
    const headers = { ...door.headers, 'content-type': 'application/json' }
    const { status, body } = await sendTo({ door, url: door.url, headers, body: JSON.stringify(door.body) }, context.n + index)
    context.expect(status < 300 || status === 409, `blind: ${door.name} was answered ${status} ${body.toString().slice(0, 200)}`)
  }
}

/** All that somebody has and is, as the operator sees it. */
const standing = async ({ operator }: World, id: string): Promise<readonly unknown[]> =>
  await Promise.all(
    ['', '/keys', '/management-keys', '/transfers', '/subscriptions', '/payments'].map((part) =>
      operator.ask('GET', `/accounts/${id}${part}`),
    ),
  )
