import { createHash } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type SimChain, simAuthorization, simTransfer } from './chain.ts'

/** A transfer that a facilitator carried out; `value` in units of the token, addresses in lower case. */
export type SimTransfer = {
  readonly from: string
  readonly to: string
  readonly value: bigint
  readonly nonce: string
  readonly asset: string
  readonly txHash: string
}

/** How it behaves, besides well. */
export type FacilitatorManner = {
  /** Does what it is asked and closes the connection instead of saying so. */
  losesAnswerOf?: 'verify' | 'settle' | undefined
  /** Closes the connection and does nothing. */
  isDown?: boolean
  /**
   * Says that something valid was not so; that what it did was done elsewhere, for somebody else, by no transaction, or by the one before it; or that it
   * did what it never does.
   */
  lies?: 'invalid' | 'network' | 'payer' | 'transaction' | 'other-transaction' | 'settled' | undefined
  /** Finds everything valid, and then cannot carry it out. */
  isBlind?: boolean
  slowMs?: number
}

/** A facilitator with the token of one chain: who has how much, and which nonces were used. */
export type SimFacilitator = {
  readonly url: string
  readonly manner: FacilitatorManner
  readonly transfers: readonly SimTransfer[]
  readonly asked: { verify: number; settle: number }
  /** Gives a wallet units of the token. */
  readonly fund: (address: string, units: bigint) => void
  readonly stop: () => Promise<void>
}

/** The chain and its token; `now` in milliseconds since 1970. With `chain` its transactions stand there, each in a block of its own. */
export type SimToken = {
  readonly chainId: number
  readonly name: string
  readonly version: string
  readonly now: () => number
  readonly chain?: SimChain
}

type State = {
  readonly token: SimToken
  readonly manner: FacilitatorManner
  readonly transfers: SimTransfer[]
  readonly balances: Map<string, bigint>
  readonly asked: { verify: number; settle: number }
}

/** Starts a facilitator on this machine. Source: github.com/coinbase/x402 specs/x402-specification-v2.md section 7, as of 2026-11-26. */
export async function startSimFacilitator(token: SimToken): Promise<SimFacilitator> {
  const state: State = { token, manner: {}, transfers: [], balances: new Map(), asked: { verify: 0, settle: 0 } }
  const server = http.createServer((request, response) => void answer(state, request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...state },
    fund: (address, units) => {
      const owner = address.toLowerCase()
      state.balances.set(owner, (state.balances.get(owner) ?? 0n) + units)
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

type Authorization = Readonly<Record<'from' | 'to' | 'value' | 'validAfter' | 'validBefore' | 'nonce', string>>
type Asked = {
  readonly paymentPayload: {
    readonly x402Version: number
    readonly payload: { readonly signature: string; readonly authorization: Authorization }
  }
  readonly paymentRequirements: Readonly<Record<'scheme' | 'network' | 'amount' | 'asset' | 'payTo', string>>
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { manner, asked } = state
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  if (manner.slowMs !== undefined) await new Promise((resolve) => setTimeout(resolve, manner.slowMs))
  if (manner.isDown === true) return void response.destroy()
  const say = (status: number, value: object): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  const what = request.url === '/verify' ? 'verify' : 'settle'
  if (request.method !== 'POST' || (what === 'settle' && request.url !== '/settle')) return say(404, { error: 'no such path' })
  asked[what] += 1
  const body = JSON.parse(Buffer.concat(parts).toString()) as Asked
  const told = what === 'verify' ? await verify(state, body) : await settle(state, body)
  if (manner.losesAnswerOf === what) return void response.destroy()
  say(200, told)
}

async function verify(state: State, body: Asked): Promise<object> {
  const payer = body.paymentPayload.payload.authorization.from
  const invalidReason = state.manner.lies === 'invalid' ? 'unexpected_verify_error' : await faultOf(state, body)
  if (invalidReason === undefined || state.manner.isBlind === true) return { isValid: true, payer }
  return { isValid: false, invalidReason, payer }
}

/** A transfer happens once for each nonce; whoever asks again for the very same is told of the same transaction. */
async function settle(state: State, body: Asked): Promise<object> {
  const { authorization } = body.paymentPayload.payload
  const { network, asset } = body.paymentRequirements
  const payer = authorization.from
  const known = state.transfers.find(({ from, nonce }) => from === payer.toLowerCase() && nonce === authorization.nonce)
  const errorReason = known === undefined ? await faultOf(state, body) : undefined
  if (errorReason !== undefined) return { success: false, errorReason, payer, transaction: '', network }
  const { lies } = state.manner
  if (lies === 'settled') return { success: true, payer, network, transaction: hashOf(authorization) }
  const before = state.transfers.at(-1)?.txHash
  const done = known ?? move(state, { ...authorization, asset })
  if (lies === 'other-transaction') return { success: true, payer, network, transaction: before ?? done.txHash }
  return {
    ...{ success: true, network: lies === 'network' ? 'eip155:1' : network },
    ...{ payer: lies === 'payer' ? authorization.to : payer, transaction: lies === 'transaction' ? '' : done.txHash },
  }
}

const hashOf = ({ from, nonce }: Pick<Authorization, 'from' | 'nonce'>): string =>
  `0x${createHash('sha256').update(`${from.toLowerCase()}${nonce}`).digest('hex')}`

function move(
  { token, transfers, balances }: State,
  { from, to, value, nonce, asset }: Authorization & { readonly asset: string },
): SimTransfer {
  const owner = from.toLowerCase()
  const txHash = mined(token, { from: owner, to, value, nonce, asset }) ?? hashOf({ from, nonce })
  const done = { from: owner, to: to.toLowerCase(), value: BigInt(value), nonce, asset: asset.toLowerCase(), txHash }
  balances.set(owner, (balances.get(owner) ?? 0n) - done.value)
  transfers.push(done)
  return done
}

type Moved = Pick<Authorization, 'from' | 'to' | 'value' | 'nonce'> & { readonly asset: string }

/** Puts a transfer into a block of the chain, where there is one. */
function mined({ chain }: SimToken, { from, to, value, nonce, asset }: Moved): string | undefined {
  if (chain === undefined) return undefined
  const moved = simTransfer({ token: asset, from, to, units: BigInt(value) })
  const tx = chain.tx([simAuthorization({ token: asset, from, nonce }), moved])
  chain.mine([tx])
  return tx.hash
}

const TYPES = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

/** What is wrong with a payment, in the words of the specification's section 9; the signature is really looked at. */
async function faultOf({ token, balances, transfers }: State, { paymentPayload, paymentRequirements }: Asked): Promise<string | undefined> {
  const { signature, authorization } = paymentPayload.payload
  const { from, to, value, nonce } = authorization
  const seconds = BigInt(Math.floor(token.now() / 1000))
  if (paymentPayload.x402Version !== 2) return 'invalid_x402_version'
  if (paymentRequirements.scheme !== 'exact') return 'unsupported_scheme'
  if (paymentRequirements.network !== `eip155:${token.chainId}`) return 'invalid_network'
  if (to.toLowerCase() !== paymentRequirements.payTo.toLowerCase()) return 'invalid_exact_evm_payload_recipient_mismatch'
  if (BigInt(value) < BigInt(paymentRequirements.amount)) return 'invalid_exact_evm_payload_authorization_value'
  if (BigInt(authorization.validAfter) >= seconds) return 'invalid_exact_evm_payload_authorization_valid_after'
  if (BigInt(authorization.validBefore) <= seconds) return 'invalid_exact_evm_payload_authorization_valid_before'
  const signer = await signerOf(token, { authorization, asset: paymentRequirements.asset, signature })
  if (signer !== from.toLowerCase()) return 'invalid_exact_evm_payload_signature'
  if (transfers.some((done) => done.from === from.toLowerCase() && done.nonce === nonce)) return 'invalid_transaction_state'
  return (balances.get(from.toLowerCase()) ?? 0n) < BigInt(value) ? 'insufficient_funds' : undefined
}

type Signed = { readonly authorization: Authorization; readonly asset: string; readonly signature: string }

async function signerOf({ chainId, name, version }: SimToken, { authorization, asset, signature }: Signed): Promise<string | undefined> {
  const { from, to, value, validAfter, validBefore, nonce } = authorization
  // Only where it is used: the sandbox loads this folder too.
  const { recoverTypedDataAddress } = await import('viem/utils')
  const told = recoverTypedDataAddress({
    domain: { name, version, chainId, verifyingContract: hex(asset) },
    ...{ types: TYPES, primaryType: 'TransferWithAuthorization', signature: hex(signature) },
    message: {
      ...{ from: hex(from), to: hex(to), value: BigInt(value), nonce: hex(nonce) },
      ...{ validAfter: BigInt(validAfter), validBefore: BigInt(validBefore) },
    },
  })
  return await told.then(
    (address) => address.toLowerCase(),
    () => undefined,
  )
}

const hex = (text: string): `0x${string}` => `0x${text.slice(2)}`
