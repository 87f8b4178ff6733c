import { isoDate, utcDayOf } from '../../../lib/index.ts'
import { carryOut } from './carry-out.ts'
import { beginChain, type ChainState, type Halt, LASTING_HALTS, noteHalt, readChain, takeReading } from './chain-store.ts'
import { findUndone } from './deposit-store.ts'
import { checkFinal, checkToken, type Heads, readHeads } from './heads.ts'
import { type ChainParts, USDC_RAIL } from './parts.ts'
import { readFinal } from './read-final.ts'
import { readTip } from './read-tip.ts'
import { takeBack } from './take-back.ts'

/** Reads a chain when it is told to; never two at once. */
export type ChainReader = {
  /** One look at the chain: settles what is final, notes what is coming. Resolves with why nothing is credited; undefined when all is well. */
  readonly read: () => Promise<Halt | undefined>
}

const TOKEN_MS = 300_000
/** A node that reads a chain and says nothing for so long is followed by another. */
const READING_SECONDS = 60

/** A reader of a chain; `node` names this process among those that share the database. */
export function makeChainReader(parts: ChainParts, node: string): ChainReader {
  const reach = { blocks: parts.chain.range }
  let tokenDue = Number.NEGATIVE_INFINITY
  let running: Promise<Halt | undefined> | undefined
  const isTokenDue = (): boolean => parts.clock.monotonic() >= tokenDue
  const onToken = (): void => {
    tokenDue = parts.clock.monotonic() + TOKEN_MS
  }
  return {
    read: () => {
      running ??= readOnce(parts, { node, reach, isTokenDue, onToken }).finally(() => {
        running = undefined
      })
      return running
    },
  }
}

type Reading = {
  readonly node: string
  readonly reach: { blocks: number }
  readonly isTokenDue: () => boolean
  readonly onToken: () => void
}

async function readOnce(parts: ChainParts, reading: Reading): Promise<Halt | undefined> {
  const { database, chain, clock } = parts
  const told = await readHeads(chain, parts.endpoints)
  if (told.halt === undefined) await begin(parts, told.value)
  const before = await readChain(database, chain.id)
  if (before === undefined) return told.halt
  if (!(await takeReading(database, { chainId: chain.id, reader: reading.node, seconds: READING_SECONDS }))) return undefined
  if (before.halted !== undefined && LASTING_HALTS.includes(before.halted)) return before.halted
  const halt = told.halt ?? (await readTold(parts, { ...reading, heads: told.value, before }))
  if (await noteHalt(database, { chainId: chain.id, halted: halt, now: clock.now() })) await tell(parts, halt)
  return halt
}

/** Says that a chain is not believed, or is again; the operator finds it in the queue once a day. */
async function tell({ chain, clock, desk, log }: ChainParts, halt: Halt | undefined): Promise<void> {
  log({ event: halt === undefined ? 'usdc-resumed' : 'usdc-halted', chain: chain.id, code: halt })
  if (halt === undefined || halt === 'endpoints_unreached') return
  await desk.problem({ rail: USDC_RAIL, code: halt, ref: `chain ${chain.id}, ${isoDate(utcDayOf(clock.now()))}` })
}

async function begin({ database, chain, clock }: ChainParts, { final }: Heads): Promise<void> {
  const nextBlock = chain.firstBlock ?? final.number
  await beginChain(database, { chainId: chain.id, nextBlock, finalBlock: final.number, finalHash: final.hash, now: clock.now() })
}

async function readTold(
  parts: ChainParts,
  { heads, before, reach, isTokenDue, onToken }: Reading & { readonly heads: Heads; readonly before: ChainState },
): Promise<Halt | undefined> {
  await parts.sanctions.refresh()
  if (!parts.sanctions.isReady()) return 'sanctions_unread'
  if (isTokenDue()) {
    const wrong = await checkToken(parts.chain, heads.endpoints)
    if (wrong !== undefined) return wrong
    onToken()
  }
  const rewritten = await checkFinal(heads, before)
  if (rewritten !== undefined) return rewritten
  for (const deposit of await findUndone(parts.database, parts.chain.id)) await carryOut(parts, deposit)
  const own = await parts.book.all()
  const addresses = parts.terms.houseAddress === undefined ? own : [...own, parts.terms.houseAddress]
  const halt = await readFinal(parts, { addresses, heads, before, reach })
  if (halt !== undefined) return halt
  await takeBack(parts, heads)
  await readTip(parts, heads, addresses)
  return undefined
}
