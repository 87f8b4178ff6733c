import type { Database } from '../../../db/index.ts'
import type { Ledger } from '../../../ledger/index.ts'
import { type Clock, errorCode, type Log, type NanoUsd } from '../../../lib/index.ts'
import type { Keyring, SubjectKeys } from '../../../privacy/index.ts'
import type { RailReport } from '../../../spec/index.ts'
import { makeAddressBook } from './address-book.ts'
import type { Halt, ResumePlace } from './chain-store.ts'
import { type AccountClaim, type ClaimDoors, type ClaimedAccount, claimAccount } from './claim-account.ts'
import { claimMessage } from './claim-message.ts'
import { type DepositOffer, makeOffer } from './deposit-offer.ts'
import { depositTags } from './deposit-record.ts'
import { type ChainStatus, listChains, placeToResume, resume } from './operate.ts'
import { expireOrders, openOrder, type UsdcOrder } from './orders.ts'
import type { ChainParts, UsdcDesk } from './parts.ts'
import { type DepositProgress, listProgress } from './progress.ts'
import { usdcReport } from './rail-report.ts'
import { makeChainReader } from './read-chain.ts'
import { type RpcCall, rpcOverHttp } from './rpc.ts'
import { makeSanctions } from './sanctions.ts'
import type { UsdcSettings } from './settings.ts'
import { type TopupClaim, type VerifiedTopup, verifyTopup } from './verify-topup.ts'
import { listWaiting, type WaitingDeposit } from './waiting-deposits.ts'
import { openAddressTree } from './xpub.ts'

/** USDC as the rest of Farebox knows it. */
export type UsdcRail = {
  /** Where an account pays; its address is given to it with the first question. Fails with account_unknown. */
  readonly offer: (accountId: string, amount?: NanoUsd) => Promise<DepositOffer>
  /** Where an account pays for something that is bought as soon as its money is credited. Fails with account_unknown. */
  readonly order: (order: UsdcOrder) => Promise<DepositOffer>
  /** The newest deposits of an account, with their confirmations. */
  readonly progress: (accountId: string) => Promise<readonly DepositProgress[]>
  /** See verifyTopup. */
  readonly verifyTopup: (claim: TopupClaim) => Promise<VerifiedTopup>
  /** Payments without an account; undefined where none are taken. */
  readonly claims: UsdcClaims | undefined
  /** One look at every chain; resolves with why some are not credited, by chain. */
  readonly read: () => Promise<ReadonlyMap<number, Halt | undefined>>
  /** Deposits that are not settled, for the operator, newest first. */
  readonly waiting: (limit: number) => Promise<readonly WaitingDeposit[]>
  /** How the chains are, for the operator. */
  readonly chains: () => Promise<readonly ChainStatus[]>
  /** From where a chain would be read on that was halted for good. Fails with chain_unknown, deposits_halted. */
  readonly placeToResume: (chainId: number, firstBlock: number | undefined) => Promise<ResumePlace>
  /** Reads it on from there, when the transaction is committed. Fails with chain_not_halted. */
  readonly resume: (tx: Database, place: ResumePlace) => Promise<void>
  readonly report: RailReport
  readonly pollMs: number
}

/** Payments to the house, for whoever has no account. */
export type UsdcClaims = {
  /** Where they go, with the amount that is asked for. */
  readonly offer: (amount: NanoUsd) => DepositOffer
  /** What the paying wallet has to sign for a transaction. */
  readonly messageFor: (txHash: string) => string
  /** See claimAccount. */
  readonly claim: (claim: AccountClaim) => Promise<ClaimedAccount>
}

/** What the rail is opened with; `node` names this process among those that share the database, `service` is what customers call it. */
export type UsdcRailParts = {
  readonly settings: UsdcSettings
  readonly database: Database
  readonly ledger: Pick<Ledger, 'chargeBack'>
  readonly desk: UsdcDesk
  readonly keyring: Pick<Keyring, 'lookup'>
  readonly subjects: Pick<SubjectKeys, 'seal' | 'unseal'>
  readonly doors: ClaimDoors
  readonly service: string
  readonly node: string
  readonly clock: Clock
  readonly log: Log
  readonly stopped: AbortSignal
  /** How endpoints are asked; over HTTP when left out. */
  readonly rpcOf?: (url: string) => RpcCall
}

/** Opens the rail. Throws ExtendedKeyError for an xpub that cannot be used. */
export async function openUsdcRail(parts: UsdcRailParts): Promise<UsdcRail> {
  const { settings, database, ledger, desk, subjects, clock, log, service } = parts
  const tree = await openAddressTree(settings.xpub)
  const { getAddress } = await import('viem/utils')
  const checksummed = (address: string): string => getAddress(address)
  const rpcOf = parts.rpcOf ?? ((url: string) => rpcOverHttp(url, parts.stopped))
  const shared = {
    ...{ database, ledger, desk, sealing: subjects, clock, log, terms: settings.terms, tags: depositTags(parts.keyring) },
    book: makeAddressBook({ database, tree, firstIndex: settings.firstIndex }),
    sanctions: makeSanctions(settings.sanctions, { clock, log }),
  }
  const taken: readonly ChainParts[] = settings.chains.map(({ rpc, ...chain }) => ({ ...shared, chain, endpoints: rpc.map(rpcOf) }))
  const others = settings.otherChains.map(({ id, name, rpc }) => ({ id, name, endpoints: rpc.map(rpcOf) }))
  const chains = { taken, others }
  const readers = taken.map((one) => ({ id: one.chain.id, reader: makeChainReader(one, parts.node) }))
  const offerTo = (address: string, amount: NanoUsd | undefined): DepositOffer =>
    makeOffer({ address, amount, chains: settings.chains, checksummed, minimum: settings.terms.minimum })
  const house = settings.terms.houseAddress
  return {
    offer: async (accountId, amount) => offerTo(await shared.book.addressOf(accountId, clock.now()), amount),
    order: async (order) => {
      const address = await shared.book.addressOf(order.accountId, clock.now())
      await openOrder({ desk, now: clock.now() }, order)
      return offerTo(address, order.amount)
    },
    progress: (accountId) => listProgress({ database, desk, sealing: subjects }, accountId),
    verifyTopup: (claim) => verifyTopup(chains, claim),
    claims:
      house === undefined
        ? undefined
        : {
            offer: (amount) => offerTo(checksummed(house), amount),
            messageFor: (txHash) => claimMessage({ service, txHash }),
            claim: (claim) => claimAccount({ chains, doors: parts.doors, service }, claim),
          },
    read: async () => {
      const halts = await Promise.all(readers.map(async ({ id, reader }) => [id, await readOne(reader.read(), { id, log })] as const))
      await expireOrders(database, desk, clock.now())
      return new Map(halts)
    },
    waiting: (limit) => listWaiting({ database, desk, sealing: subjects, chains: taken }, limit),
    chains: () => listChains(database, taken),
    placeToResume: (chainId, firstBlock) => placeToResume(taken, { chainId, firstBlock }),
    resume,
    report: usdcReport(taken),
    pollMs: settings.pollMs,
  }
}

/** What breaks off the reading of one chain does not keep the others from being read. */
async function readOne(
  reading: Promise<Halt | undefined>,
  { id, log }: { readonly id: number; readonly log: Log },
): Promise<Halt | undefined> {
  try {
    return await reading
  } catch (thrown) {
    log({ event: 'usdc-unread', chain: id, code: errorCode(thrown) })
    return undefined
  }
}
