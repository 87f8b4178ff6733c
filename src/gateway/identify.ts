import { hash } from 'node:crypto'
import { AUTHORIZE_STATUSES } from '../channel/index.ts'
import { fail } from '../failures.ts'
import { isInNetwork } from '../lib/index.ts'
import { isManagementKey, isWellFormedKey, keyPlaces, PAUSES, SUSPENDED_UNSAID, SUSPENSION_REASONS, SUSPENSIONS } from '../spec/index.ts'
import { addressOf } from './address-of.ts'
import type { CallRequest } from './call-request.ts'
import type { Caller } from './callers.ts'
import type { Authorized } from './control-client.ts'
import type { Gateway } from './gateway.ts'

/**
 * Step 1, identify: the key of a request → its caller, at once where it was asked for a moment ago. A malformed key is refused without any look-up.
 * Fails with key_missing, key_invalid, key_replaced, key_expired, key_paused, key_stopped, key_address_refused, subscription_ended, account_suspended, unavailable.
 */
export function identify(gateway: Gateway, request: CallRequest): Caller | Promise<Caller> {
  const found = callerOfDigest(gateway, digestIn(request) ?? digestOfKey(gateway, readKey(request)))
  return 'then' in found ? found.then((caller) => letIn(gateway, request, caller)) : letIn(gateway, request, found)
}

function letIn(gateway: Gateway, request: CallRequest, caller: Caller): Caller {
  refuseElsewhere(gateway, request, caller)
  return caller
}

/** The caller of a request, where his key was asked for a moment ago. */
export function knownCaller(gateway: Gateway, request: Shown): Caller | undefined {
  const digest = digestIn(request)
  return digest === undefined ? undefined : gateway.callers.find(digest)
}

type Shown = Pick<CallRequest, 'headers' | 'facts'>

/** The digest of the key that a request shows, worked out once where its head is kept; undefined where it shows none that can be one. */
function digestIn(request: Shown): string | undefined {
  const { facts } = request
  if (facts?.keyDigest !== undefined) return facts.keyDigest
  const secret = readKey(request)
  if (secret === undefined || !isWellFormedKey(secret)) return undefined
  const digest = hash('sha256', secret, 'hex')
  if (facts !== undefined) facts.keyDigest = digest
  return digest
}

/** Lets a request pass that comes from where its key may be used. Fails with key_address_refused. */
export function refuseElsewhere(gateway: Gateway, request: CallRequest, { networks }: Pick<Caller, 'networks'>): void {
  if (networks === undefined) return
  const address = addressOf(gateway, request)
  if (!networks.some((network) => isInNetwork(address, network))) fail('key_address_refused', { address })
}

/** The digest by which a key is known. Fails with key_missing, key_invalid, management_key_cannot_call. */
export function digestOfKey({ isSoldToWallets }: Pick<Gateway, 'isSoldToWallets'>, secret: string | undefined): string {
  if (secret === undefined) fail('key_missing', keyPlaces(isSoldToWallets))
  if (isManagementKey(secret)) fail('management_key_cannot_call')
  if (!isWellFormedKey(secret)) fail('key_invalid')
  return hash('sha256', secret, 'hex')
}

/** Whose a key is, by its digest. Fails with key_invalid, key_replaced, key_expired, account_suspended, unavailable. */
export function callerOfDigest(gateway: Gateway, digest: string): Caller | Promise<Caller> {
  const known = gateway.callers.find(digest)
  // What is over is looked up anew, as control knows what has ended: the key, or the subscription that it is attached to.
  return known === undefined || isOver(gateway, known) ? lookUpLiving(gateway, digest) : known
}

async function lookUpLiving(gateway: Gateway, digest: string): Promise<Caller> {
  const caller = await lookUp(gateway, digest)
  return isOver(gateway, caller) ? fail('key_expired') : caller
}

const isOver = ({ clock }: Gateway, { expiresAt }: Caller): boolean =>
  expiresAt < Number.POSITIVE_INFINITY && expiresAt <= clock.monotonic()

/** Tells why control let a key hold nothing that was good a moment ago. Fails with key_invalid, key_expired, key_paused, key_stopped, account_suspended. */
export async function failOfKey(gateway: Gateway, { keyId, digest }: Pick<Caller, 'keyId' | 'digest'>): Promise<never> {
  gateway.callers.forgetKey(keyId)
  if (digest !== undefined) await callerOfDigest(gateway, digest)
  return fail('key_invalid')
}

/** The key of a request in any of its headers; empty where it is spelled wrongly, undefined where there is none. */
export function readKey(request: Pick<CallRequest, 'headers'>): string | undefined {
  const { authorization } = request.headers
  if (authorization !== undefined) return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
  const named = request.headers['x-api-key'] ?? request.headers['x-goog-api-key']
  return Array.isArray(named) ? '' : named
}

async function lookUp(gateway: Gateway, digest: string): Promise<Caller> {
  const { catalog } = gateway
  let caller: Caller | undefined
  const answer = await gateway.control.authorize(Buffer.from(digest, 'hex'), (told) => {
    // Where its calls may go may have been worked out by a catalogue that holds no longer.
    const isOfNow = told.upstreams === undefined || gateway.catalog === catalog
    if (isOfNow && AUTHORIZE_STATUSES[told.status] === 'ok') caller = remember(gateway, { digest, answer: told })
  })
  if (caller !== undefined) return caller
  const status = answer === undefined ? 'busy' : AUTHORIZE_STATUSES[answer.status]
  if (status === 'ok') return await lookUp(gateway, digest)
  if (status === 'unknown') fail('key_invalid')
  if (status === 'expired') fail('key_expired')
  if (status === 'replaced') fail('key_replaced')
  if (status === 'paused') fail('key_paused', { reason: PAUSES.owner })
  if (status === 'paused-spike') fail('key_paused', { reason: PAUSES.spike })
  if (status === 'paused-operator') fail('key_stopped')
  if (status === 'ended') fail('subscription_ended')
  if (status?.startsWith('suspended') === true) fail('account_suspended', { reason: reasonOf(status) })
  return gateway.callers.findStale(digest) ?? fail('unavailable', { seconds: 1 })
}

function reasonOf(status: string): string {
  const reason = SUSPENSION_REASONS.find((one) => status === `suspended-${one}`)
  return reason === undefined ? SUSPENDED_UNSAID : SUSPENSIONS[reason]
}

function remember(gateway: Gateway, { digest, answer }: { readonly digest: string; readonly answer: Authorized }): Caller {
  const { keyId, accountId, models, upstreams, networks, multiplier } = answer
  const expiresAt = answer.expiresInMs === 0 ? Number.POSITIVE_INFINITY : gateway.clock.monotonic() + answer.expiresInMs
  const caller = { keyId, accountId, digest, models, upstreams, networks, multiplier, expiresAt }
  gateway.callers.remember(digest, caller)
  return caller
}
