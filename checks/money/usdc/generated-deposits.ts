import { type SeededRandom, type SimTx, seededRandom, simTransfer } from '../../../sim/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import { FailureError } from '../../../src/failures.ts'
import type { NanoUsd } from '../../../src/lib/index.ts'
import { verifyTopup } from '../../../src/payments/rails/usdc/index.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { lieOf } from './lies.ts'
import { openUsdcStore, type UsdcStore } from './store.ts'
import { openUsdcWorld, PAYER, TOKEN, type UsdcWorld } from './world.ts'

/** Cases that share a chain, so that they also meet each other. */
const CASES_PER_CHAIN = 25
const FAKE_TOKEN = '0x00000000000000000000000000000000000000cc'
const CONTRACT = '0x00000000000000000000000000000000000000dd'

type Account = { readonly accountId: string; readonly address: string }
type Round = {
  readonly context: CheckContext
  readonly world: UsdcWorld
  readonly random: SeededRandom
  readonly accounts: readonly Account[]
  /** What each account has to have in the end, in nano-USD. */
  readonly due: Map<string, NanoUsd>
  readonly paid: { readonly tx: SimTx; readonly account: Account; readonly amount: NanoUsd }[]
  impossible: number
}

/**
 * MON-15: made-up transactions, right and wrong in every way, on chains with three endpoints of which one may lie; read, read again by a new
 * process, and asked for by hash in many spellings. Every account has exactly what the chain truly paid it, and what cannot be waits for the operator.
 */
export async function generatedDeposits(context: CheckContext): Promise<Measured> {
  const store = await openUsdcStore()
  const counted = { credits: 0, lies: 0, asked: 0 }
  try {
    for (let done = 0; done < context.n; done += CASES_PER_CHAIN) {
      await store.forget()
      const cases = Math.min(CASES_PER_CHAIN, context.n - done)
      await liveChain({ context, store, counted }, { seed: context.seed + done, cases })
    }
    const { ok } = await store.money.ledger.verify()
    context.expect(ok, 'the books do not agree')
  } finally {
    await store.close()
    await stopTestServer()
  }
  return { n: context.n, measured: counted }
}

type Run = {
  readonly context: CheckContext
  readonly store: UsdcStore
  readonly counted: { credits: number; lies: number; asked: number }
}

async function liveChain(
  { context, store, counted }: Run,
  { seed, cases }: { readonly seed: number; readonly cases: number },
): Promise<void> {
  const random = seededRandom(seed)
  const world = openUsdcWorld(store, { manners: [{}, {}, {}] })
  const accounts = [await world.newAccount(), await world.newAccount(), await world.newAccount()]
  const problemsBefore = (await world.problems()).length
  const round: Round = { context, world, random, accounts, due: new Map(), paid: [], impossible: 0 }
  await world.read()
  for (let index = 0; index < cases; index += 1) {
    const made = KINDS[random.below(KINDS.length)]?.(round)
    world.chain.mine(made === undefined ? [] : [made])
    if (random.below(4) === 0) await lookWithLiar(round, counted)
  }
  world.settle(1 + random.below(3))
  if (random.below(2) === 0) await askAgain(round, counted)
  await lookWithLiar(round, counted)
  world.restart()
  await world.read()
  await askAgain(round, counted)
  for (const { accountId } of accounts) {
    const [right, is] = [round.due.get(accountId) ?? 0n, await world.available(accountId)]
    context.expect(right === is, `chain ${seed}: an account has ${is} and was paid ${right}`)
    if (is > 0n) counted.credits += 1
  }
  const problems = (await world.problems()).length - problemsBefore
  context.expect(problems === round.impossible, `chain ${seed}: ${problems} problems, ${round.impossible} were made`)
}

/** One look while one endpoint lies, and one when it does not. */
async function lookWithLiar({ context, world, random, accounts }: Round, counted: Run['counted']): Promise<void> {
  const liar = world.endpoints[random.below(3)]
  if (liar === undefined) return
  liar.manner.alter = lieOf(random, accounts[random.below(accounts.length)]?.address ?? '')
  counted.lies += 1
  const halt = await world.read()
  context.expect(halt === undefined, `one liar of three halted the reading: ${halt}`)
  delete liar.manner.alter
}

const pick = <T>(random: SeededRandom, of: readonly T[]): T => {
  const found = of[random.below(of.length)]
  if (found === undefined) throw new TypeError('nothing to pick from')
  return found
}

/** From one unit to a thousand dollars, rarely even. */
const someUnits = (random: SeededRandom): bigint =>
  random.below(5) === 0 ? BigInt(1 + random.below(9)) : BigInt(1 + random.below(1_000_000_000))

function good(round: Round, logs: number): SimTx {
  const { world, random, accounts, due } = round
  const account = pick(random, accounts)
  const paying = Array.from({ length: logs }, () => someUnits(random))
  const tx = world.chain.tx(paying.map((units) => world.pay(account.address, units, random.below(2) === 0 ? PAYER : CONTRACT)))
  const amount = paying.reduce((sum, units) => sum + units * 1000n, 0n)
  due.set(account.accountId, (due.get(account.accountId) ?? 0n) + amount)
  round.paid.push({ tx, account, amount })
  return tx
}

/** Every way that a transaction can be; those that pay note what has to be credited. */
const KINDS: readonly ((round: Round) => SimTx)[] = [
  (round) => good(round, 1),
  (round) => good(round, 1),
  (round) => good(round, 5),
  ({ world, random, accounts }) =>
    world.chain.tx([simTransfer({ token: FAKE_TOKEN, from: PAYER, to: pick(random, accounts).address, units: someUnits(random) })]),
  ({ world, random, accounts }) => {
    const log = world.pay(pick(random, accounts).address, someUnits(random))
    return world.chain.tx([{ ...log, topics: log.topics.slice(0, 2) }])
  },
  ({ world, random, accounts }) => world.chain.tx([world.pay(pick(random, accounts).address, 0n)]),
  (round) => {
    round.impossible += 1
    return round.world.chain.tx([round.world.pay(pick(round.random, round.accounts).address, 2n ** BigInt(64 + round.random.below(192)))])
  },
  ({ world, random, accounts }) => world.chain.tx([world.pay(pick(random, accounts).address, someUnits(random))], false),
  ({ world, random }) => world.chain.tx([world.pay(PAYER, someUnits(random))]),
  ({ world, random, accounts }) => {
    // Money that passes through a contract, with logs of others around it.
    const log = world.pay(PAYER, someUnits(random), CONTRACT)
    return world.chain.tx([
      log,
      { ...log, address: FAKE_TOKEN },
      { address: TOKEN, topics: [`0x${'1'.repeat(64)}`], data: pick(random, accounts).address },
    ])
  },
]

const SPELLINGS: readonly ((hash: string) => string)[] = [
  (hash) => hash,
  (hash) => hash.toUpperCase(),
  (hash) => `0x${hash.slice(2).toUpperCase()}`,
  (hash) => hash.slice(2),
  (hash) => `  ${hash}\t`,
  (hash) => [...hash].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join(''),
  (hash) => `"${hash}"`,
  (hash) => `https://basescan.org/tx/${hash}`,
]

/** Asks for some of what was paid, in every spelling, with the right amount and a wrong one, for its account and for another. */
async function askAgain({ context, world, random, accounts, paid }: Round, counted: Run['counted']): Promise<void> {
  const chains = { taken: [world.parts], others: [] }
  for (const { tx, account, amount } of paid.filter(() => random.below(4) === 0)) {
    for (const spell of SPELLINGS) {
      const answer = await verifyTopup(chains, { accountId: account.accountId, txHash: spell(tx.hash), amount })
      context.expect(answer.txHash === tx.hash && answer.amount === amount, `${tx.hash} was answered otherwise in another spelling`)
      counted.asked += 1
    }
    const other = accounts.find((one) => one !== account)
    await expectRefused(
      context,
      verifyTopup(chains, { accountId: account.accountId, txHash: tx.hash, amount: amount + 1n }),
      'wrong_amount',
    )
    if (other !== undefined)
      await expectRefused(context, verifyTopup(chains, { accountId: other.accountId, txHash: tx.hash, amount }), 'foreign_claim')
  }
}

async function expectRefused(context: CheckContext, asked: Promise<unknown>, code: string): Promise<void> {
  const told = await asked.then(
    () => 'an answer',
    (thrown: unknown) => (thrown instanceof FailureError ? thrown.failure.code : 'something else'),
  )
  context.expect(told === code, `${code} was expected, and there was ${told}`)
}
