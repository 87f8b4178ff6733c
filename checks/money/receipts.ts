import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { closeDays, type Settlement } from '../../src/ledger/index.ts'
import {
  canonicalJson,
  type Evidence,
  findReceipt,
  listDayRoots,
  listPublicKeys,
  openSigner,
  readDayRoots,
  readPublicKeys,
  type Signer,
  sealDays,
  shownReceipt,
  signCommits,
  sumOfCall,
  verifyReceipt,
} from '../../src/receipts/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { openBooks, type SimulatedBooks } from './simulated-books.ts'

const FIRST_DAY = 19_000
const DAYS = 4
const ACCOUNTS = 40
const YEAR_MS = 366 * 86_400_000

/**
 * MON-19: customers keep receipts, of calls of every class and from before there were multipliers; calls and batches are deleted, keys are
 * forgotten; each receipt still verifies against the published root of its day, and each one altered in a byte anywhere, in a byte of its
 * sum, or in a figure of it with all that follows, is rejected, by the root as by the keys.
 */
export async function receipts(context: CheckContext): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-receipts-'))
  const books = await openBooks({ seed: context.seed, accounts: ACCOUNTS, day: FIRST_DAY })
  try {
    const signer = await openSigner(books.kit.ledgerDatabase, folder, books.clock.at)
    const run: Run = { context, books, signer, aged: 0, signedMs: 0, signedCpuMs: 0 }
    const calls = await live(run)
    context.progress(`${calls.length} calls settled and signed`)
    const kept = await fetchAll(run, calls)
    const keys = readPublicKeys(JSON.stringify({ keys: await listPublicKeys(books.kit.appDatabase, books.clock.at) }))
    const dayRoots = readDayRoots(JSON.stringify({ data: await listDayRoots(books.kit.appDatabase, { limit: 1000 }) }))
    if (keys === undefined || dayRoots === undefined) throw new Error('what is published cannot be read')
    await purge(run, calls)
    const evidences: readonly Evidence[] = [{ dayRoots }, { keys }, { keys, dayRoots }]
    const verifyMs = verifyAll(context, kept.texts, evidences)
    alterAll(context, kept.texts, evidences)
    const [sizes] = kept.sizes
    return {
      n: kept.texts.length,
      measured: {
        altered: ALTERATIONS.length * kept.texts.length,
        version_1: run.aged,
        classes: classesIn(kept.texts),
        leaf_bytes: round(kept.leafBytes / kept.texts.length),
        ...sizes,
        receipt_ms: round(kept.millis / kept.texts.length),
        verify_ms: round(verifyMs / kept.texts.length),
        sign_ms_per_1000: round((run.signedMs * 1000) / calls.length),
        sign_cpu_ms_per_1000: round((run.signedCpuMs * 1000) / calls.length),
      },
    }
  } finally {
    await books.close()
    await stopTestServer()
    rmSync(folder, { recursive: true })
  }
}

type Run = {
  readonly context: CheckContext
  readonly books: SimulatedBooks
  readonly signer: Signer
  aged: number
  signedMs: number
  signedCpuMs: number
}

const round = (millis: number): number => Math.round(millis * 100) / 100

/** Days of calls, signed as they come in batches of very different sizes; the last day is begun so that the others can be closed. */
async function live(run: Run): Promise<readonly Settlement[]> {
  const { books, context } = run
  const calls: Settlement[] = []
  for (let day = 0; day < DAYS; day += 1) {
    await books.beginDay(FIRST_DAY + day)
    const wanted = Math.ceil(context.n / DAYS)
    for (let made = 0; made < wanted; ) {
      const size = Math.min(wanted - made, books.random.pick([1, 2, 7, 60, 1100]))
      const settled = await books.settle(Array.from({ length: size }, () => books.random.pick(nonEmpty(books.accounts))))
      if (books.random.below(2) === 0) run.aged += await books.age(settled)
      calls.push(...settled)
      made += size
      if (books.random.below(3) > 0) await sign(run)
    }
    await closeBefore(run, FIRST_DAY + day)
  }
  await books.beginDay(FIRST_DAY + DAYS)
  await closeBefore(run, FIRST_DAY + DAYS)
  return calls
}

function nonEmpty<Item>([first, ...rest]: readonly Item[]): readonly [Item, ...Item[]] {
  if (first === undefined) throw new RangeError('an empty list')
  return [first, ...rest]
}

async function sign(run: Run): Promise<void> {
  const { books, signer } = run
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  await signCommits(books.kit.ledgerDatabase, { nodeId: books.nodeId, key: signer.keyAt(books.clock.at), now: books.clock.at })
  const { user, system } = process.cpuUsage(cpu)
  run.signedMs += performance.now() - began
  run.signedCpuMs += (user + system) / 1000
}

async function closeBefore(run: Run, before: number): Promise<void> {
  const { books, signer } = run
  const { ids, clock, kit } = books
  await sign(run)
  await closeDays(kit.ledgerDatabase, { ids, now: clock.at, before })
  await sealDays(kit.ledgerDatabase, { key: signer.keyAt(clock.at), salt: () => randomBytes(32), now: clock.at })
}

type Kept = {
  readonly texts: readonly string[]
  readonly millis: number
  readonly leafBytes: number
  readonly sizes: readonly Record<string, number>[]
}

async function fetchAll({ books, context }: Run, calls: readonly Settlement[]): Promise<Kept> {
  const texts: string[] = []
  let leafBytes = 0
  const began = performance.now()
  for (const { requestId, accountId, cost, covered } of calls) {
    const receipt = await findReceipt(books.kit.appDatabase, { requestId, accountId, now: books.clock.at })
    if (typeof receipt === 'string') context.fail(`the receipt of ${requestId} is ${receipt}`)
    else {
      context.expect(receipt.call.cost_nano_usd === String(cost), `the receipt of ${requestId} says another cost`)
      const byPlan = receipt.call.version === 2 ? receipt.call.covered_nano_usd : undefined
      context.expect(byPlan === covered?.amount.toString(), `the receipt of ${requestId} says that a plan paid otherwise`)
      leafBytes += Buffer.byteLength(canonicalJson(receipt.call))
      texts.push(canonicalJson(receipt))
    }
  }
  const millis = performance.now() - began
  const sizes = await books.kit.ownerDatabase.query<Record<string, number>>(sql`
    select count(*)::integer as batches, max(count) as largest_batch,
      round(sum(pg_column_size(receipt_batch.*))::numeric / sum(count))::integer as batch_bytes_per_call from receipt_batch`)
  return { texts, millis, leafBytes, sizes }
}

/** What ninety days later is done to days, and a year later to keys. */
async function purge({ books, context, signer }: Run, calls: readonly Settlement[]): Promise<void> {
  const { ownerDatabase, ledgerDatabase, appDatabase } = books.kit
  for (let day = 0; day < DAYS; day += 1)
    await ledgerDatabase.query(sql`select drop_usage_partition(date '1970-01-01' + ${FIRST_DAY + day}::integer)`)
  const [left] = await ownerDatabase.query<{ rows: bigint }>(sql`
    select (select count(*) from usage_event) + (select count(*) from receipt_batch) as rows`)
  context.expect(left?.rows === 0n, `${left?.rows} rows were left by the purge`)
  const { ok, problems } = await books.ledger.verify()
  context.expect(ok, `the books do not agree after the purge: ${problems.join(', ')}`)
  const { kid } = signer.keyAt(books.clock.at)
  await signer.rotate(books.clock.at)
  await signer.maintain(books.clock.at + YEAR_MS / 4)
  const published = await listPublicKeys(appDatabase, books.clock.at + 2 * YEAR_MS)
  context.expect(!published.some((key) => key.kid === kid), 'the key that signed is still published two years later')
  for (const { requestId, accountId } of calls.slice(0, 20)) {
    const found = await findReceipt(appDatabase, { requestId, accountId, now: books.clock.at + YEAR_MS })
    context.expect(found === 'unknown', 'a purged call still has a receipt')
  }
}

function verifyAll(context: CheckContext, texts: readonly string[], evidences: readonly Evidence[]): number {
  const began = performance.now()
  for (const text of texts) {
    for (const evidence of evidences) {
      const { problems, provenBy } = verifyReceipt(text, evidence)
      context.expect(problems.length === 0 && provenBy.length > 0, `a receipt does not verify: ${problems.join(', ')}`)
    }
  }
  return (performance.now() - began) / evidences.length
}

/** How many classes of usage there are lines of. */
const classesIn = (texts: readonly string[]): number =>
  new Set(texts.flatMap((text) => [...text.matchAll(/"class":"(\w+)"/g)].map((match) => match[1]))).size

/** Alters each receipt in each way, and expects each kind of evidence to tell. */
function alterAll(context: CheckContext, texts: readonly string[], evidences: readonly Evidence[]): void {
  const random = seededRandom(context.seed)
  for (const text of texts) {
    for (const altered of ALTERATIONS.map((alterIn) => alterIn(text, random))) {
      const isBelieved = evidences.some((evidence) => verifyReceipt(altered, evidence).provenBy.length > 0)
      context.expect(!isBelieved, `an altered receipt verifies: ${altered}`)
    }
  }
}

type Alter = (text: string, random: SeededRandom) => string

/** Another byte anywhere. */
const alterByte: Alter = (text, random) => alter(text, random, { from: 0, to: text.length })

/** Another byte of the sum, which nobody signed. */
const alterSum: Alter = (text, random) => alter(text, random, { from: text.lastIndexOf('"sum":'), to: text.length })

/** Another figure of the call, with the sum made to fit as far as it can be: only the signature and the roots tell. */
function alterCall(text: string, random: SeededRandom): string {
  const [from, to] = [text.indexOf('"call":'), text.indexOf('"object":"receipt"')]
  const numbers = [...text.slice(from, to).matchAll(/"(?:cost|covered|hold|shortfall)_nano_usd":"(\d+)"/g)]
  const found = random.pick(nonEmpty(numbers))
  const at = from + found.index + found[0].length - 1 - (found[1] ?? '').length
  return refit(`${text.slice(0, at)}${BigInt(found[1] ?? '0') + 1n}${text.slice(at + (found[1] ?? '').length)}`)
}

/** The receipt with the sum that its call has now. */
function refit(text: string): string {
  const receipt = shownReceipt.parse(JSON.parse(text))
  return canonicalJson({ ...receipt, sum: sumOfCall(receipt.call) })
}

const ALTERATIONS: readonly Alter[] = [alterByte, alterSum, alterCall]

/** Another byte at one place: a digit for a digit and a letter for a letter where there is one, so that the shape stays whole. */
function alter(text: string, random: SeededRandom, { from, to }: { readonly from: number; readonly to: number }): string {
  for (;;) {
    const at = from + random.below(to - from)
    const old = text.charAt(at)
    const fresh = /[0-9]/.test(old) ? String(random.below(10)) : /[a-f]/.test(old) ? 'abcdef'.charAt(random.below(6)) : random.word(1)
    if (fresh !== old) return text.slice(0, at) + fresh + text.slice(at + 1)
  }
}
