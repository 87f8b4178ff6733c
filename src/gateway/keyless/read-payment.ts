import type { GatewayMessage } from '../../channel/index.ts'
import { fail } from '../../failures.ts'
import { readJson } from '../../lib/index.ts'

/** A payment as its header says it, in numbers; what control is told of it. */
export type Payment = Omit<GatewayMessage<'pay'>, 'seq' | 'needed'>

const HEADER_LENGTH_MAX = 8192
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/
const VERSION = 2

/**
 * Reads the header PAYMENT-SIGNATURE: x402 version 2, scheme exact, a transfer authorized by EIP-3009. Nothing but numbers comes out of it.
 * Fails with payment_malformed. Sources: github.com/coinbase/x402 specs/transports-v2/http.md and specs/x402-specification-v2.md,
 * eips.ethereum.org/EIPS/eip-3009, as of 2026-11-26.
 */
export function readPayment(header: string): Payment {
  const payment = recordIn(jsonIn(header), 'the payload')
  if (payment['x402Version'] !== VERSION) malformed('x402Version has to be 2')
  const accepted = recordIn(payment['accepted'], 'accepted')
  if (accepted['scheme'] !== 'exact') malformed('the scheme has to be exact')
  const payload = recordIn(payment['payload'], 'payload')
  const { from, to, value, validAfter, validBefore, nonce } = recordIn(payload['authorization'], 'payload.authorization')
  const signature = bytesIn(payload['signature'], 65, 'payload.signature')
  return {
    chainId: chainIn(accepted['network']),
    asset: wordIn(accepted['asset'], 'accepted.asset'),
    from: wordIn(from, 'authorization.from'),
    to: wordIn(to, 'authorization.to'),
    value: amountIn(value),
    validAfter: secondsIn(validAfter, 'authorization.validAfter'),
    validBefore: secondsIn(validBefore, 'authorization.validBefore'),
    nonce: bytesIn(nonce, 32, 'authorization.nonce'),
    signatureR: signature.subarray(0, 32),
    signatureS: signature.subarray(32, 64),
    signatureV: signature.readUInt8(64),
  }
}

function jsonIn(header: string): unknown {
  if (header.length > HEADER_LENGTH_MAX) malformed(`it is longer than ${HEADER_LENGTH_MAX} characters`)
  if (!BASE64.test(header)) malformed('it is not Base64')
  try {
    return readJson(Buffer.from(header, 'base64').toString('utf8'))
  } catch {
    return malformed('it holds no JSON')
  }
}

function recordIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) malformed(`${name} has to be an object`)
  return value as Readonly<Record<string, unknown>>
}

function bytesIn(value: unknown, size: number, name: string): Buffer {
  const digits = typeof value === 'string' && value.length === 2 + 2 * size && /^0x[0-9a-f]+$/i.test(value) ? value.slice(2) : undefined
  return digits === undefined ? malformed(`${name} has to be 0x and ${2 * size} hexadecimal digits`) : Buffer.from(digits, 'hex')
}

/** An address as a word: zeros first. */
const wordIn = (value: unknown, name: string): Buffer => Buffer.concat([Buffer.alloc(12), bytesIn(value, 20, name)])

/** The number of a chain; 0, which is none, for networks that are no EVM chain. */
function chainIn(value: unknown): number {
  if (typeof value !== 'string' || !/^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/.test(value)) malformed('accepted.network has to be of CAIP-2')
  const id = /^eip155:([1-9]\d{0,14})$/.exec(value)?.[1]
  return id === undefined ? 0 : Number(id)
}

const AMOUNT_MAX = 9_223_372_036_854_775_807n

function amountIn(value: unknown): bigint {
  const amount = typeof value === 'string' && /^(?:0|[1-9]\d{0,18})$/.test(value) ? BigInt(value) : undefined
  return amount === undefined || amount > AMOUNT_MAX ? malformed('authorization.value has to be a whole number in quotes') : amount
}

const secondsIn = (value: unknown, name: string): number =>
  typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : malformed(`${name} has to be seconds since 1970 in quotes`)

function malformed(problem: string): never {
  return fail('payment_malformed', { problem })
}
