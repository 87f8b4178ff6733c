import type { Database } from '../db/index.ts'
import { GroupCommit, readInheritance, SliceBook, SpendBook, succeedNode } from '../ledger/index.ts'
import type { Clock } from '../lib/index.ts'
import { LimitBook } from '../limits/index.ts'
import { CallDesk, type CallDeskOptions } from './call-desk.ts'
import type { MoneyBooks } from './secure-call.ts'

/** What an estate is settled with; all but the books of the dead node is this node's own. */
export type EstateOptions = Pick<CallDeskOptions, 'clock' | 'log' | 'keys' | 'prices' | 'defaults' | 'onSettled' | 'retryMs'> & {
  readonly database: Database
  readonly clock: Clock
  /** Told of an account whose books refuse what the dead node left. */
  readonly onRefused: (accountId: string, reason: string) => void
}

/** Which dead node, and how long it has to have been silent, in milliseconds. */
export type Dead = { readonly nodeId: string; readonly deadMs: number }

/**
 * Takes the place of a node that died for good, as its next process would: its open calls are charged as far as they were written down, and
 * its slices go back to their accounts. A process of it that comes back can commit nothing until it registers anew. Does nothing when the
 * node lives, and ends when somebody else takes its place; what was begun is then finished there. Returns whether all is settled.
 */
export async function settleEstate(options: EstateOptions, { nodeId, deadMs }: Dead): Promise<boolean> {
  const { database, clock, log, retryMs } = options
  const term = await succeedNode(database, nodeId, deadMs)
  if (term === undefined) return false
  log({ event: 'node-succeeded', code: nodeId })
  const fenced = Promise.withResolvers<false>()
  const writer = new GroupCommit({
    ...{ database, ...term, clock, log, onRefused: options.onRefused, onFenced: () => fenced.resolve(false) },
    ...(retryMs === undefined ? {} : { retryMs }),
  })
  const slices = new SliceBook(writer, clock, { onUnsound: (accountId) => options.onRefused(accountId, 'slice_unsound') })
  const spending = new SpendBook(writer, clock, { onUnsound: () => log({ event: 'spending-unsound' }) })
  const desk = new CallDesk({ ...options, slices, spending, writer, limits: new LimitBook(clock) })
  const { slices: left, spending: granted, openCalls } = await readInheritance(database, nodeId)
  for (const { accountId, amount } of left) slices.inherit(accountId, amount)
  spending.inherit(granted)
  desk.inherit(openCalls)
  return await Promise.race([fenced.promise, endAll({ desk, slices, spending, writer })])
}

type Estate = MoneyBooks & { readonly desk: CallDesk; readonly writer: GroupCommit }

async function endAll({ desk, slices, spending, writer }: Estate): Promise<true> {
  await desk.endInheritance()
  slices.releaseIdle({ isAll: true })
  spending.releaseIdle({ isAll: true })
  await writer.drain()
  return true
}
