import { join } from 'node:path'
import { seededRandom } from '../../../sim/index.ts'
import { ALL_SPOKEN, bodyOf, call, keyHeader, pathOf } from '../../calls.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'
import { openByNumber, pairOf } from '../../sign-in.ts'
import { startWorld, type World } from '../../world.ts'
import { clientAddress, TRUSTING } from '../client-addresses.ts'
import { hostileRoutes, startHostileUpstream } from '../hostile-upstream.ts'
import { type Attack, attackOn, type Reached, type Told, tell } from './attack.ts'
import { type DatabaseWatch, watchDatabase } from './database-watch.ts'
import { type Door, doorsOf } from './doors.ts'
import { TRAP } from './payloads.ts'

const AT_ONCE = 8
const WORDS_OF_DATABASE = /\b(?:relation|column) "\w+" does not exist|syntax error at or near|SQLSTATE|sec02-word-that-leaked/
/** Errors of the class "syntax error or access rule violation". Source: PostgreSQL 18 documentation, appendix A (2026-11). */
const SYNTAX_OR_ACCESS = /^42/

/** What a server without mail and rails says of doors that need them. */
const SWITCHED_OFF: ReadonlySet<string> = new Set(['mail_off'])

type Headers = Readonly<Record<string, string>>
type Run = {
  readonly context: CheckContext
  readonly world: World
  readonly watch: DatabaseWatch
  /** Whoever may ask at the doors of a side; the first is let in at most of them. */
  readonly askers: Readonly<Record<Door['side'], readonly Headers[]>>
  readonly counted: Record<string, number>
}

/**
 * SEC-02: texts that would become part of a statement are put into every place of requests to every door, and into what upstreams answer. The
 * database is told no statement that it cannot read, nothing that an attacker wrote is run, no answer is ours to be ashamed of.
 */
export async function injections(context: CheckContext): Promise<Measured> {
  const hostile = await startHostileUpstream(`${TRAP.word}'; select nextval('${TRAP.sequence}'); --`, context.seed)
  const world = await startWorld({
    ...hostileRoutes(hostile),
    env: TRUSTING,
  })
  const watch = await watchDatabase(world)
  try {
    const run: Run = { context, world, watch, askers: await enter(world), counted: { good: 0, refused: 0, absent: 0 } }
    await attackDoors(run)
    const said = await hearUpstreams(run)
    await judge(run)
    return { n: context.n, measured: { ...run.counted, said } }
  } finally {
    await watch.end()
    await world.stop()
    hostile.close()
  }
}

async function enter(world: World): Promise<Run['askers']> {
  const { id, key } = await world.operator.customer('100.00')
  const made = (await world.operator.ask('POST', `/accounts/${id}/management-keys`, { name: 'asker' })) as { secret: string }
  const cookie = pairOf(await openByNumber(world.base, { body: { password: 'a planted password of 33 letters!' } }))
  const [calling, managing] = [{ authorization: `Bearer ${key}` }, { authorization: `Bearer ${made.secret}` }]
  const person = { cookie, origin: `http://localhost:${world.port}`, 'sec-fetch-site': 'same-origin' }
  const operator = { authorization: `Bearer ${world.operatorToken}` }
  return { customer: [managing, person, calling], operator: [operator], calls: [calling] }
}

/** Doors that end what others need come last. */
const isEnding = ({ line }: Door): boolean => /^DELETE|erasure|sign-out|leave|suspension|revo|leaked|pause/.test(line)

async function attackDoors(run: Run): Promise<void> {
  const { context, askers } = run
  const random = seededRandom(context.seed)
  const doors = [...(await learned(run, await listDoors(run))), ...callDoors()]
  run.counted['doors'] = doors.length
  // Each door in turn, in an order that is not the router's, as often as there are attacks for.
  const turns = Array.from({ length: context.n }, (_, index) => doors[(index * 7919) % doors.length] as Door)
  const attacks = turns
    .toSorted((one, other) => Number(isEnding(one)) - Number(isEnding(other)))
    .map((door) => {
      const asking = askers[door.side]
      // Most come from whom the door lets in.
      return {
        door,
        attack: attackOn(door, random),
        asker: asking[random.below(asking.length)] ?? {},
        address: clientAddress(random.below(0xff_ffff)),
      }
    })
  await inParallel(attacks, AT_ONCE, async ({ door, attack, asker, address }, index) => {
    if (index % 500 === 0) context.progress(`${index} of ${attacks.length}`)
    const headers = { 'x-forwarded-for': address, ...asker, ...attack.headers }
    // What a gateway lets nobody ask control is asked control itself, which is not to need the gateway.
    const to = placeOf(run, door, index % 2 === 0)
    note(run, { door, attack, told: await tell(to, { ...attack, headers, method: door.method }) })
  })
}

function placeOf({ world }: Pick<Run, 'world'>, { side }: Door, isBehindGateway: boolean): Reached {
  if (side === 'operator') return { host: '127.0.0.1', port: Number(new URL(world.operatorBase).port) }
  return side === 'customer' && isBehindGateway
    ? { socketPath: join(world.dataDir, 'run', 'http.sock') }
    : { host: '127.0.0.1', port: world.port }
}

async function listDoors({ world, askers }: Run): Promise<readonly Door[]> {
  const reader = (base: string, headers: Headers) => async (path: string) => {
    const answer = await fetch(base + path, { headers })
    const text = await answer.text()
    return answer.ok && answer.headers.get('content-type')?.startsWith('application/json') === true ? JSON.parse(text) : undefined
  }
  return await doorsOf({
    customer: reader(world.base, askers.customer[0] ?? {}),
    operator: reader(world.operatorBase, askers.operator[0] ?? {}),
  })
}

const FIELDS_MAX = 6

/** Doors that say nothing of their bodies in the description say what they lack when they are asked. */
async function learned(run: Run, doors: readonly Door[]): Promise<readonly Door[]> {
  return await inParallel(doors, AT_ONCE, async (door) => {
    if (door.method === 'GET' || door.method === 'DELETE' || JSON.stringify(door.body) !== '{}' || isEnding(door)) return door
    let body: Readonly<Record<string, unknown>> = {}
    for (let asked = 0; asked < FIELDS_MAX; asked += 1) {
      const headers = { ...run.askers[door.side][door.side === 'customer' ? 1 : 0], 'x-forwarded-for': clientAddress(asked) }
      const { code, field } = await tell(placeOf(run, door, false), { ...door, headers, body: JSON.stringify(body) })
      if (code !== 'missing_field' || field === undefined || field in body) break
      body = { ...body, [field]: field === 'email' ? 'canary@example.com' : 'canary' }
    }
    return { ...door, body }
  })
}

/** Calls in every protocol, and what else gateways answer themselves. */
function callDoors(): readonly Door[] {
  const queries = ['key', 'alt', 'beta', 'limit', 'after', 'model']
  const calls = ALL_SPOKEN.map((protocol): Door => {
    const plan = { base: '', key: '', protocol, fields: { metadata: { user_id: 'canary' }, user: 'canary', stop: ['canary'] } }
    const path = pathOf(plan)
    const parameters = protocol === 'gemini' ? [3] : []
    return { side: 'calls', line: `POST ${path}`, method: 'POST', path, parameters, queries, body: JSON.parse(bodyOf(plan)) }
  })
  const reads = ['/v1/models', '/v1/models/m-openai', '/v1/files', '/v1beta/models/m-gemini', '/v1/responses/resp_1'].map(
    (path): Door => ({
      side: 'calls',
      line: `GET ${path}`,
      method: 'GET',
      path,
      parameters: [path.split('/').length - 1],
      queries,
      body: {},
    }),
  )
  return [...calls, ...calls, ...reads]
}

function note(
  { context, counted, world }: Run,
  { door, attack, told }: { readonly door: Door; readonly attack: Attack; readonly told: Told },
): void {
  const { status, text } = told
  const named = `${door.line} with ${JSON.stringify(attack.text)} as ${attack.place} answered ${status}`
  // Node's parser breaks a connection off at what is no HTTP at all; it is told 400 before.
  context.expect((status >= 200 && status < 500) || (status === 503 && SWITCHED_OFF.has(told.code)), `${named} ${text.slice(0, 120)}`)
  context.expect(!WORDS_OF_DATABASE.test(text) && !text.includes(world.operatorToken), `${named} with words of the database`)
  const kind = status < 400 ? 'good' : status === 404 ? 'absent' : 'refused'
  counted[kind] = (counted[kind] ?? 0) + 1
}

/** Calls of models whose upstreams put such a text into every name and code of what they answer; tells how many answers held it. */
async function hearUpstreams({ context, world }: Run): Promise<number> {
  const { key } = await world.operator.customer('1000.00')
  const calls = Array.from({ length: Math.max(48, Math.floor(context.n / 20)) }, (_, index) => index)
  const answers = await inParallel(calls, AT_ONCE, (index) => {
    const model = `m-hostile-${Math.floor(index / 2) % 2 === 0 ? 'openai' : 'anthropic'}`
    const protocol = ALL_SPOKEN[Math.floor(index / 4) % ALL_SPOKEN.length] ?? 'openai'
    return call({
      base: world.base,
      key,
      protocol,
      model,
      isStream: index % 2 === 0,
      millisMax: 30_000,
      headers: keyHeader({ protocol, key }),
    })
  })
  for (const { status, error } of answers) context.expect(status !== 0, `a call of a hostile upstream was not answered: ${error}`)
  const said = answers.filter(({ body }) => body.includes(TRAP.word)).length
  context.expect(said > answers.length / 4, `blind: only ${said} answers held what the upstream said`)
  return said
}

async function judge({ context, world, watch, counted }: Run): Promise<void> {
  const errors = watch.errors()
  counted['databaseErrors'] = errors.length
  counted['syntaxErrors'] = errors.filter(({ code }) => SYNTAX_OR_ACCESS.test(code)).length
  for (const { code, line } of errors) context.expect(!SYNTAX_OR_ACCESS.test(code), `the database could not read a statement: ${line}`)
  for (const what of await watch.sprung()) context.fail(what)
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
  context.expect(world.pidsOf('gateway').length === 1 && world.pidsOf('control').length === 1, 'a process died')
  context.expect((counted['good'] ?? 0) > context.n / 10, `blind: only ${counted['good']} requests got past what reads them first`)
  const { isErrorSeen, isDrawSeen } = await watch.show()
  context.expect(isErrorSeen, 'blind: a statement that is none is not seen')
  context.expect(isDrawSeen, 'blind: what an attacker would have run is not seen')
}
