import { setTimeout as sleep } from 'node:timers/promises'
import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { formatUsd } from '../../src/lib/index.ts'
import { type Answer, call, errorCodeOf } from '../calls.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { type Customer, costOf, nanoOf } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import { startWorld, type Victim, type World } from '../world.ts'

/** Calls that come at once, and how many of them the cap is worth. */
const AT_ONCE = 200
const WORTH = 10
/** One call holds and costs this in nano-USD; see MON-03. */
const CALL_COST = 10_000_001n
const CAP = CALL_COST * BigInt(WORTH)
const OUTPUT_TOKENS = 10
const PRICE = { input: '0.000001', output: '1000.00' }
const MODEL = 'm-capped'
/** What dies in a round; the first is calm, so that what is granted can be told to a call. */
const DEATHS: readonly (readonly Victim[])[] = [[], ['control'], ['postgres'], ['gateway'], ['gateway', 'control'], ['all']]
const DEATH_MS_MAX = 400
const READY_MS_MAX = 30_000
const SETTLED_MS_MAX = 10_000
const SAID = /^This key's \$0\.10000001 is spent, or what is left of it does not cover this call.* It does not reset/

/** BUD-01: many parallel calls of a key with a cap, through four gateways, while something dies at random: never a nano-dollar above it. */
export async function spendingCaps(context: CheckContext): Promise<Measured> {
  if (process.platform !== 'linux') throw new NotRunError('it finds processes through /proc, which only Linux has')
  const random = seededRandom(context.seed)
  const world = await startWorld({
    gateways: 4,
    models: [{ id: MODEL, upstream: 'oai', upstreamModel: 'sim-model!tokens=1000,first-byte-ms=30', price: PRICE }],
  })
  try {
    const spent: bigint[] = []
    for (let index = 0; index < context.n; index += 1) {
      const deaths = DEATHS[index % DEATHS.length] ?? []
      spent.push(await playRound({ world, random, context }, deaths))
      context.progress(`round ${index + 1}, ${deaths.join(' and ') || 'calm'}: ${formatUsd(spent.at(-1) ?? 0n)} of ${formatUsd(CAP)} spent`)
    }
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    const overshoot = spent.reduce((most, one) => (one - CAP > most ? one - CAP : most), 0n)
    const full = spent.filter((one) => one === CAP).length
    return { n: context.n, measured: { at_once: AT_ONCE, cap_worth: WORTH, full_caps: full, overshoot_nano: String(overshoot) } }
  } finally {
    await world.stop()
  }
}

type Playing = { readonly world: World; readonly random: SeededRandom; readonly context: CheckContext }

async function playRound({ world, random, context }: Playing, deaths: readonly Victim[]): Promise<bigint> {
  const customer = await world.operator.customer('10.00', { spend_cap: { amount: formatUsd(CAP), window: 'total' } })
  const calls = Promise.all(Array.from({ length: AT_ONCE }, () => spendOnce(world, customer.key)))
  if (deaths.length > 0) {
    await sleep(random.below(DEATH_MS_MAX))
    await inParallel(deaths, 1, (victim) => world.kill(victim))
    if (deaths.includes('all')) await world.start()
    await world.untilReady(READY_MS_MAX)
  }
  const answers = await calls
  const granted = answers.filter(({ status }) => status === 200).length
  context.expect(granted <= WORTH, `${granted} calls were answered of a cap worth ${WORTH}`)
  if (deaths.length === 0) expectExact(context, answers, granted)
  // What a death left over of the cap is found and spent, until it is said to be gone.
  const last = await until(
    () => spendOnce(world, customer.key),
    ({ status }) => status === 429,
    SETTLED_MS_MAX,
  )
  expectRefused(context, last)
  const spent = await expectCounted(context, { world, customer })
  await expectOthersServed(context, { world, customer })
  return spent
}

const spendOnce = (world: World, key: string): Promise<Answer> =>
  call({ base: world.base, key, protocol: 'openai', model: MODEL, outputMax: OUTPUT_TOKENS })

function expectExact(context: CheckContext, answers: readonly Answer[], granted: number): void {
  context.expect(granted === WORTH, `${granted} of ${AT_ONCE} calls were granted`)
  const odd = answers.find((answer) => answer.status !== 200 && errorCodeOf(answer) !== 'budget_exceeded')
  if (odd !== undefined) context.fail(`a call was answered ${odd.status} ${errorCodeOf(odd)}`)
}

function expectRefused(context: CheckContext, answer: Answer): void {
  const { error } = JSON.parse(answer.body.toString() || '{}') as { error?: { code?: string; message?: string } }
  context.expect(answer.status === 429 && error?.code === 'budget_exceeded', `at the cap: ${answer.status} ${error?.code}`)
  context.expect(SAID.test(error?.message ?? ''), `at the cap it is said: ${error?.message}`)
  context.expect(answer.headers['retry-after'] === undefined, 'somebody is told to wait for what never comes')
}

type Capped = { readonly world: World; readonly customer: Customer }

/** What the key's rows cost is what is said to be spent, and no more than the cap. */
async function expectCounted(context: CheckContext, { world, customer }: Capped): Promise<bigint> {
  const read = async () => {
    const answer = await fetch(`${world.base}/v1/usage`, { headers: { authorization: `Bearer ${customer.key}` } })
    const { budget } = (await answer.json()) as { budget: { spent: string } }
    return { told: nanoOf(budget.spent), cost: costOf(await world.operator.usage(customer.id)) }
  }
  const { told, cost } = await until(read, ({ told: said, cost: rows }) => said === rows, SETTLED_MS_MAX)
  context.expect(told === cost, `${formatUsd(told)} are said to be spent, the calls cost ${formatUsd(cost)}`)
  context.expect(cost <= CAP, `${formatUsd(cost)} were spent of ${formatUsd(CAP)}`)
  return cost
}

/** Another key of the account is not bounded, and the capped one is served again as soon as its cap is raised. */
async function expectOthersServed(context: CheckContext, { world, customer }: Capped): Promise<void> {
  const other = (await world.operator.ask('POST', `/accounts/${customer.id}/keys`, { name: 'other' })) as { secret: string }
  const beside = await spendOnce(world, other.secret)
  context.expect(beside.status === 200, `another key of the account was answered ${beside.status} ${errorCodeOf(beside)}`)
  await world.operator.ask('PATCH', `/keys/${customer.keyId}`, { spend_cap: { amount: formatUsd(CAP * 2n), window: 'total' } })
  const raised = await until(
    () => spendOnce(world, customer.key),
    ({ status }) => status === 200,
    SETTLED_MS_MAX,
  )
  context.expect(raised.status === 200, `with a higher cap it was answered ${raised.status} ${errorCodeOf(raised)}`)
}
