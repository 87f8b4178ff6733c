import { randomBytes } from 'node:crypto'
import type { ControlMessage, GatewayMessage } from '../channel/index.ts'
import type { Database } from '../db/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, errorCode, type Ids, type Log } from '../lib/index.ts'
import {
  openX402Rail,
  type PayAnswer,
  type PaymentDesk,
  type UsdcSettings,
  usdcChain,
  usdcSanctions,
  type X402Rail,
  type X402Settings,
} from '../payments/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import { accountDoors } from './account-doors.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What calls without a key are sold with; `service` is what customers call us. */
export type OpenX402Options = {
  readonly settings: X402Settings | undefined
  /** Whose endpoints of the chain, and list of sanctions, hold here too. */
  readonly usdcSettings: UsdcSettings | undefined
  readonly appDatabase: Database
  readonly ledger: Ledger
  readonly desk: PaymentDesk
  readonly keyring: Keyring
  readonly subjects: SubjectKeys
  readonly service: string
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** What gateways are told of calls without a key, and whom they ask whether one is paid for. */
export type Till = {
  readonly terms: ControlMessage<'keyless'>
  readonly pay: (asked: GatewayMessage<'pay'>) => Promise<PayAnswer>
}

/** The rail, its till, and what finishes what was broken off. */
export type OpenedX402 = { readonly rail: X402Rail; readonly till: Till; readonly start: () => RunningJobs }

const FINISH_MS = 10_000

/** Opens the rail if it is configured. */
export function openX402(options: OpenX402Options): OpenedX402 | undefined {
  const { settings, appDatabase: database, desk, keyring, subjects, service, clock, log } = options
  if (settings === undefined) return undefined
  const doors = accountDoors({ ...options, randomBytes })
  const stopping = new AbortController()
  const chain = options.usdcSettings && usdcChain(options.usdcSettings, settings.chainId, stopping.signal)
  const sanctions = options.usdcSettings && usdcSanctions(options.usdcSettings, { clock, log })
  const rail = openX402Rail({ settings, database, desk, keyring, subjects, service, clock, log, doors, chain, sanctions })
  return {
    rail,
    till: tillOf(rail),
    start: () => {
      const finishing = repeat(async () => void (await rail.finish()), {
        name: 'x402.finish',
        waitMs: FINISH_MS,
        onFailed: (thrown) => log({ event: 'payments-unfinished', source: 'x402', code: errorCode(thrown) }),
      })
      return {
        ...finishing,
        stop: async () => {
          stopping.abort()
          await finishing.stop()
        },
      }
    },
  }
}

/** A rail as gateways are told of it. */
export const tillOf = ({ settings, pay }: Pick<X402Rail, 'settings' | 'pay'>): Till => ({
  terms: {
    ...{ chainId: settings.chainId, asset: wordOf(settings.asset), payTo: wordOf(settings.payTo), minimum: settings.minimum },
    ...{ tokenName: padded(settings.tokenName), tokenVersion: padded(settings.tokenVersion) },
  },
  pay: ({ needed, ...told }) =>
    pay(
      {
        ...{ chainId: told.chainId, asset: addressOf(told.asset), from: addressOf(told.from), to: addressOf(told.to), value: told.value },
        ...{ validAfter: told.validAfter, validBefore: told.validBefore, nonce: hexOf(told.nonce) },
        signature: hexOf(Buffer.concat([told.signatureR, told.signatureS, Buffer.from([told.signatureV])])),
      },
      needed,
    ),
})

const WORD = 32
const hexOf = (bytes: Buffer): string => `0x${bytes.toString('hex')}`
/** A word that is no address is none of anybody's. */
const addressOf = (word: Buffer): string => (word.readBigUInt64BE(0) === 0n && word.readUInt32BE(8) === 0 ? hexOf(word.subarray(12)) : '')
const wordOf = (address: string): Buffer => Buffer.from(address.slice(2).padStart(2 * WORD, '0'), 'hex')
const padded = (text: string): Buffer => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(WORD)]).subarray(0, WORD)
