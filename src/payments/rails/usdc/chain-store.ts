import { type Database, sql } from '../../../db/index.ts'

/** Why nothing of a chain is credited; the first two stay until an operator says otherwise, the rest until it is no longer so. */
export const HALTS = [
  'final_rewritten',
  'token_wrong',
  'final_went_back',
  'endpoints_disagree',
  'endpoints_unreached',
  'wrong_chain',
  'sanctions_unread',
] as const
export type Halt = (typeof HALTS)[number]

/** Halts that no better answer ends. */
export const LASTING_HALTS: readonly Halt[] = ['final_rewritten']

/** How far a chain was read. `finalHash` is the hash of `finalBlock` when it was read. */
export type ChainState = {
  readonly nextBlock: number
  readonly finalBlock: number
  readonly finalHash: string
  readonly latestBlock: number
  readonly halted: Halt | undefined
}

type Row = {
  readonly next_block: bigint
  readonly final_block: bigint
  readonly final_hash: Buffer
  readonly latest_block: bigint
  readonly halted: Halt | null
}

/** How far a chain was read; undefined before it ever was. */
export async function readChain(database: Database, chainId: number): Promise<ChainState | undefined> {
  const [row] = await database.query<Row>(sql`
    select next_block, final_block, final_hash, latest_block, halted from usdc_chain where chain_id = ${chainId}`)
  if (row === undefined) return undefined
  return {
    ...{ nextBlock: Number(row.next_block), finalBlock: Number(row.final_block), finalHash: `0x${row.final_hash.toString('hex')}` },
    ...{ latestBlock: Number(row.latest_block), halted: row.halted ?? undefined },
  }
}

/** Begins to read a chain; does nothing when it was begun. */
export async function beginChain(
  database: Database,
  begin: {
    readonly chainId: number
    readonly nextBlock: number
    readonly finalBlock: number
    readonly finalHash: string
    readonly now: number
  },
): Promise<void> {
  await database.query(sql`
    insert into usdc_chain (chain_id, next_block, final_block, final_hash, latest_block, read_at)
    values (${begin.chainId}, ${begin.nextBlock}, ${begin.finalBlock}, ${hashBytes(begin.finalHash)}, ${begin.finalBlock}, ${new Date(begin.now)})
    on conflict (chain_id) do nothing`)
}

/** Notes how far was read; never sets it back. */
export async function noteRead(
  database: Database,
  read: {
    readonly chainId: number
    readonly nextBlock: number
    readonly finalBlock: number
    readonly finalHash: string
    readonly now: number
  },
): Promise<void> {
  await database.query(sql`
    update usdc_chain set next_block = ${read.nextBlock}, final_block = ${read.finalBlock}, final_hash = ${hashBytes(read.finalHash)},
      read_at = ${new Date(read.now)}
    where chain_id = ${read.chainId} and next_block <= ${read.nextBlock}`)
}

/** Notes the last block, final or not, for people who wait. */
export async function noteLatest(database: Database, chainId: number, latest: number): Promise<void> {
  await database.query(sql`update usdc_chain set latest_block = ${latest} where chain_id = ${chainId} and latest_block <> ${latest}`)
}

/** Why nothing of a chain is credited now, in milliseconds; `halted` undefined: it is. */
export type HaltNote = { readonly chainId: number; readonly halted: Halt | undefined; readonly now: number }

/** Notes why nothing is credited, or that it is again; resolves whether that is news. */
export async function noteHalt(database: Database, { chainId, halted, now }: HaltNote): Promise<boolean> {
  const rows = await database.query(sql`
    update usdc_chain set halted = ${halted ?? null}, halted_at = ${halted === undefined ? null : new Date(now)}
    where chain_id = ${chainId} and halted is distinct from ${halted ?? null} returning 1`)
  return rows.length > 0
}

/** From where a chain is read again. */
export type ResumePlace = Pick<ChainState, 'nextBlock' | 'finalBlock' | 'finalHash'> & { readonly chainId: number }

/**
 * Lets a chain be read from a place, after an operator looked at why what was final is not; resolves whether it had been halted for good.
 * Reading blocks again credits nothing twice.
 */
export async function resumeChain(database: Database, place: ResumePlace): Promise<boolean> {
  const rows = await database.query(sql`
    update usdc_chain set halted = null, halted_at = null, next_block = ${place.nextBlock}, final_block = ${place.finalBlock},
      final_hash = ${hashBytes(place.finalHash)}
    where chain_id = ${place.chainId} and halted = any(${LASTING_HALTS}::text[]) returning 1`)
  return rows.length > 0
}

/** Makes this node the one that reads a chain, for so long; resolves whether it is. */
export async function takeReading(
  database: Database,
  { chainId, reader, seconds }: { readonly chainId: number; readonly reader: string; readonly seconds: number },
): Promise<boolean> {
  const rows = await database.query(sql`
    update usdc_chain set reader = ${reader}, reader_until = clock_timestamp() + make_interval(secs => ${seconds})
    where chain_id = ${chainId} and (reader is null or reader = ${reader} or reader_until < clock_timestamp()) returning 1`)
  return rows.length > 0
}

const hashBytes = (hash: string): Buffer => Buffer.from(hash.slice(2), 'hex')
