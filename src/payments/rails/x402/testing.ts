/**
 * A wallet that pays by x402 and a rail on a real database, with a facilitator of this machine; for tests and checks. Never imported by the product.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { accountDoors } from '../../../control/account-doors.ts'
import type { MoneyStore } from '../../../control/testing.ts'
import { connect, type Database } from '../../../db/index.ts'
import { type Keyring, keyringOf } from '../../../privacy/index.ts'
import { openPaymentDesk, type PaymentDesk } from '../../desk.ts'
import { openX402Rail, type X402Rail } from './open-rail.ts'
import type { X402Payment } from './payment.ts'
import { type X402Settings, x402SettingsOf } from './settings.ts'

/** A wallet with a key of its own. */
export type Wallet = { readonly address: string; readonly account: PrivateKeyAccount }

/** A new wallet. */
export function newWallet(): Wallet {
  const account = privateKeyToAccount(generatePrivateKey())
  return { address: account.address.toLowerCase(), account }
}

/** Where payments of tests go. */
export const PAY_TO = '0x00000000000000000000000000000000000000aa'

/** Settings for a facilitator of this machine. */
export const settingsFor = (facilitator: string): X402Settings => x402SettingsOf({ facilitator, pay_to: PAY_TO })

/** A transfer that is not signed. */
export type Draft = Omit<X402Payment, 'signature'>

/** What a wallet would pay so many units with, valid for a minute around `now` in milliseconds since 1970. */
export const draftOf = (wallet: Wallet, { units, now }: { readonly units: bigint; readonly now: number }): Draft => ({
  ...{ chainId: 8453, asset: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913', from: wallet.address, to: PAY_TO, value: units },
  ...{ validAfter: Math.floor(now / 1000) - 60, validBefore: Math.floor(now / 1000) + 60, nonce: `0x${randomBytes(32).toString('hex')}` },
})

const hex = (text: string): `0x${string}` => `0x${text.slice(2)}`

/** Signs a transfer as wallets do. Source: eips.ethereum.org/EIPS/eip-3009, as of 2026-11-26. */
export async function sign(wallet: Wallet, draft: Draft, domain = { name: 'USD Coin', version: '2' }): Promise<X402Payment> {
  const signature = await wallet.account.signTypedData({
    domain: { ...domain, chainId: draft.chainId, verifyingContract: hex(draft.asset) },
    types: {
      TransferWithAuthorization: [
        { name: 'from', type: 'address' },
        { name: 'to', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'validAfter', type: 'uint256' },
        { name: 'validBefore', type: 'uint256' },
        { name: 'nonce', type: 'bytes32' },
      ],
    },
    primaryType: 'TransferWithAuthorization',
    message: {
      ...{ from: hex(draft.from), to: hex(draft.to), value: draft.value, nonce: hex(draft.nonce) },
      ...{ validAfter: BigInt(draft.validAfter), validBefore: BigInt(draft.validBefore) },
    },
  })
  return { ...draft, signature }
}

/** The header in which a client sends a payment. */
export function headerOf({ chainId, asset, signature, ...authorization }: X402Payment): string {
  const { from, to, value, validAfter, validBefore, nonce } = authorization
  const accepted = {
    ...{ scheme: 'exact', network: `eip155:${chainId}`, amount: value.toString(), asset, payTo: to, maxTimeoutSeconds: 120 },
    extra: { name: 'USD Coin', version: '2' },
  }
  const written = { from, to, value: value.toString(), validAfter: `${validAfter}`, validBefore: `${validBefore}`, nonce }
  return Buffer.from(JSON.stringify({ x402Version: 2, accepted, payload: { signature, authorization: written } })).toString('base64')
}

/** A rail on a store, with what it works with. */
export type TestRail = {
  readonly rail: X402Rail
  readonly database: Database
  readonly keyring: Keyring
  readonly desk: PaymentDesk
  readonly close: () => Promise<void>
}

/** Opens a rail on a store; `clock` is its time. */
export function openTestRail(
  store: MoneyStore,
  { url, clock }: { readonly url: string; readonly clock: { readonly now: () => number } },
): TestRail {
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const ids = { uuid: () => randomUUID() }
  const { ledger, subjects } = store
  const log = (): void => undefined
  const desk = openPaymentDesk({ database, ledger, keyring, ids, clock, log, onPaid: [], fulfillers: {} })
  const doors = accountDoors({ appDatabase: database, ledger, subjects, ids, clock, randomBytes })
  const rail = openX402Rail({ settings: settingsFor(url), database, desk, keyring, subjects, doors, service: 'Farebox', clock, log })
  return { rail, database, keyring, desk, close: () => database.end() }
}
