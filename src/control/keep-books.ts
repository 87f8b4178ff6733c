import type { Database } from '../db/index.ts'
import {
  askForIdle,
  askForIdleSpending,
  type Committed,
  countNodesBefore,
  GroupCommit,
  registerNode,
  SliceBook,
  SpendBook,
} from '../ledger/index.ts'
import type { Clock, Log } from '../lib/index.ts'
import { UnsignedLeaves } from '../receipts/index.ts'
import { AccountFreezer } from './account-freezer.ts'
import { Auditor } from './auditor.ts'
import { NodeLife } from './node-life.ts'
import { type EstateOptions, settleEstate } from './settle-estate.ts'

/** What books are kept with; both databases have the role farebox_ledger, `booksDatabase` has time for statements that read much. */
export type KeepBooksOptions = {
  readonly ledgerDatabase: Database
  readonly booksDatabase: Database
  readonly nodeId: string
  readonly clock: Clock
  readonly log: Log
  /** Told when another process has taken this node's place. */
  readonly onFenced: () => void
}

/** What ends the estates of dead nodes, and whether this node knows what its own last process left behind. */
export type Living = {
  readonly estate: Omit<EstateOptions, 'database' | 'onRefused' | 'clock' | 'log'>
  readonly isAnswering: () => boolean
}

/** What writes a node's money, and what watches over it. */
export type KeptBooks = {
  readonly writer: GroupCommit
  /** Of what the writer has committed and nobody has signed. */
  readonly leaves: UnsignedLeaves
  readonly slices: SliceBook
  readonly spending: SpendBook
  readonly freezer: AccountFreezer
  readonly auditor: Auditor
  /** How many nodes lived when one was last heard, before this one registered. */
  readonly nodesBefore: number
  /** The node lives from here on: it says so, and settles what dead nodes left. */
  readonly live: (living: Living) => NodeLife
}

/** A node that was silent for so long counts as gone. */
export const LIVE_MS = 60_000

/** Registers the node and opens its books, with every account frozen that is. */
export async function keepBooks(options: KeepBooksOptions): Promise<KeptBooks> {
  const { ledgerDatabase: database, booksDatabase, nodeId, clock, log } = options
  const nodesBefore = await countNodesBefore(database, { nodeId, liveMs: LIVE_MS })
  const term = await registerNode(database, nodeId)
  let life: NodeLife | undefined
  const onFenced = (): void => {
    log({ event: 'node-fenced', code: nodeId })
    options.onFenced()
  }
  const onRefused = (accountId: string, reason: string): void => freezer.freeze(accountId, reason)
  const leaves = new UnsignedLeaves()
  const onCommitted = (committed: Committed): void => leaves.note(committed)
  const hasLease = (): boolean => life?.hasLease() !== false
  const writer = new GroupCommit({ database, ...term, clock, log, onFenced, onRefused, onCommitted, hasLease })
  const slices = new SliceBook(writer, clock, {
    reclaim: (accountId) => askForIdle(database, accountId, nodeId),
    onUnsound: (accountId) => freezer.freeze(accountId, 'slice_unsound'),
  })
  const spending = new SpendBook(writer, clock, {
    reclaim: (name) => askForIdleSpending(database, { name, cap: spending.termsOf(name)?.cap ?? 0n, nodeId }),
    onUnsound: () => log({ event: 'spending-unsound' }),
  })
  const freezer = new AccountFreezer({ database, slices, log })
  await freezer.load()
  const auditor = new Auditor({ database: booksDatabase, freezer, clock, log })
  const live = ({ estate, isAnswering }: Living): NodeLife => {
    const succeed = async (deadId: string, deadMs: number): Promise<void> =>
      void (await settleEstate({ ...estate, database, clock, log, onRefused }, { nodeId: deadId, deadMs }))
    life = new NodeLife({ database, term, clock, log, isAnswering, onFenced, succeed })
    return life
  }
  return { writer, leaves, slices, spending, freezer, auditor, nodesBefore, live }
}
