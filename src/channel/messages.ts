import type { UsageClass } from '../spec/index.ts'

/**
 * Field types of the control channel: whole numbers and fixed bytes only. There is deliberately no text type, so no message from a
 * gateway can carry a sentence.
 */
export type FieldType = 'u8' | 'u16' | 'u32' | 'u64' | 'money' | 'uuid' | 'hash'

/** The value of each field type: `u64` is a number up to 2^53, `money` is nano-USD, `uuid` its text, `hash` 32 bytes. */
export type FieldValue<T extends FieldType> = T extends 'money' ? bigint : T extends 'uuid' ? string : T extends 'hash' ? Buffer : number

const USAGE_FIELDS = {
  input: 'u32',
  cacheRead: 'u32',
  cacheWrite5m: 'u32',
  cacheWrite1h: 'u32',
  output: 'u32',
  reasoning: 'u32',
  imageInput: 'u32',
  audioInput: 'u32',
  imageOutput: 'u32',
  audioOutput: 'u32',
  embedding: 'u32',
  images: 'u32',
  webSearches: 'u32',
  toolCalls: 'u32',
  calls: 'u32',
  audioSeconds: 'u32',
  characters: 'u32',
} as const satisfies Readonly<Record<UsageClass, FieldType>>

/** Who and what a hold is for; sent again with the settlement, so that either process can forget and the other remembers. */
const HOLD_FIELDS = {
  seq: 'u32',
  requestId: 'uuid',
  keyId: 'uuid',
  accountId: 'uuid',
  modelSerial: 'u32',
  priceVersion: 'u32',
  /** Millionths of the list price. */
  multiplier: 'u32',
  /** The one that was asked for; in a settlement the one that is charged. */
  serviceTier: 'u8',
  amount: 'money',
  tokens: 'u32',
  startedAt: 'u64',
  ipTag: 'u64',
  /** 1: a part of something that is open already and has its place among concurrent calls. */
  isPart: 'u8',
} as const

/**
 * What control says of a hold it granted, and is told again with the settlement: the partition of the call's row; and when the windows that
 * it spends in were chosen, in seconds since 1970, 0 when no limit bounds it.
 */
const HELD_FIELDS = { day: 'u32', heldAt: 'u32' } as const

/** Messages from a gateway to control. `seq` numbers a gateway's calls and look-ups; all enums are indexes into the lists of spec. */
export const GATEWAY_MESSAGES = {
  hello: { gatewayId: 'uuid', pid: 'u32' },
  authorize: { seq: 'u32', keyHash: 'hash' },
  hold: HOLD_FIELDS,
  /** A hold that was granted before the channel broke, told to a control process that may not know it. */
  renew: { ...HOLD_FIELDS, ...HELD_FIELDS },
  progress: { seq: 'u32', routeSerial: 'u32', ...USAGE_FIELDS },
  settle: {
    ...HOLD_FIELDS,
    ...HELD_FIELDS,
    routeSerial: 'u32',
    outcome: 'u8',
    status: 'u16',
    usageSource: 'u8',
    reportedModel: 'u8',
    isStream: 'u8',
    isSuspect: 'u8',
    latencyMs: 'u32',
    /** 0xffffffff: there was no first byte. */
    firstByteMs: 'u32',
    /** Tokens that the upstream told of, each way, where the usage was cut to what can be; 0xffffffff: it was not. */
    reportedInput: 'u32',
    reportedOutput: 'u32',
    ...USAGE_FIELDS,
  },
  /** How a route does in this gateway, sent when it has changed. Times are milliseconds; `state` and `lastTrouble` are places in lists of spec. */
  routeHealth: {
    routeSerial: 'u32',
    state: 'u8',
    restMs: 'u32',
    inFlight: 'u32',
    latencyMs: 'u32',
    lastTrouble: 'u8',
    attempts: 'u32',
    failures: 'u32',
    otherModels: 'u32',
  },
  /** The same of a key of an upstream, by its place in the pool. */
  keyHealth: { upstreamSerial: 'u32', keyIndex: 'u16', state: 'u8', restMs: 'u32', inFlight: 'u32', lastTrouble: 'u8' },
  /** How many holds since the last time took up to the bound at a place of HOLD_TIME_BOUNDS of spec, and how long together; for the metrics alone. */
  timed: { place: 'u8', count: 'u32', micros: 'u64' },
  /** After a reconnect: everything that was open or unacknowledged has been told. */
  resumed: { open: 'u32' },
  /**
   * A payment that came with a call without a key: a transfer that the owner of `from` authorized, in units of `asset`, and its signature.
   * Addresses are words of 32 bytes, zeros first; times are seconds since 1970; `needed` is what the call can cost at most.
   */
  pay: {
    seq: 'u32',
    chainId: 'u64',
    asset: 'hash',
    from: 'hash',
    to: 'hash',
    value: 'money',
    validAfter: 'u64',
    validBefore: 'u64',
    nonce: 'hash',
    signatureR: 'hash',
    signatureS: 'hash',
    signatureV: 'u8',
    needed: 'money',
  },
  /** How this gateway does, each second: memory it has, the 99th percentile of how late its event loop was since the last time, processor time and calls refused as it was late since it began. */
  vitals: { residentKib: 'u32', loopDelayMicros: 'u32', cpuMillis: 'u64', refused: 'u32', handedOver: 'u32' },
} as const satisfies MessageTable

/** State of the limit closest to its end, for rate headers; 0xffffffff in `limit…` means there is none. Times are milliseconds. */
const LIMIT_FIELDS = {
  limitRequests: 'u32',
  remainingRequests: 'u32',
  resetRequestsMs: 'u32',
  limitTokens: 'u32',
  remainingTokens: 'u32',
  resetTokensMs: 'u32',
} as const

/**
 * The limit of spending that is reached: whose it is and its window, as places in lists of spec, what it is, and when the window ends, in
 * seconds since 1970; 0: never. All 0 where it is not that.
 */
const BUDGET_FIELDS = { budgetOwner: 'u8', budgetWindow: 'u8', budget: 'money', budgetEndsAt: 'u32' } as const

/**
 * Messages from control to a gateway. `authorized` with status 0 is a known key; see AUTHORIZE_STATUSES. `expiresInMs` counts from when it is
 * sent, as clocks of processes may differ; 0: the key does not expire.
 */
export const CONTROL_MESSAGES = {
  /** `isSoldToWallets`: whether claims of wallets that have no account are taken, which callers without a key are told. */
  welcome: { ipSalt: 'u64', isSoldToWallets: 'u8' },
  authorized: {
    seq: 'u32',
    status: 'u8',
    keyId: 'uuid',
    accountId: 'uuid',
    expiresInMs: 'u64',
    isModelBound: 'u8',
    isRouteBound: 'u8',
    isAddressBound: 'u8',
    multiplier: 'u32',
  },
  /** One model of a model-bound key; sent before its `authorized`. */
  allowed: { seq: 'u32', modelSerial: 'u32' },
  /** One upstream that calls of a route-bound key may go to; sent before its `authorized`. */
  routable: { seq: 'u32', upstreamSerial: 'u32' },
  /**
   * One range of addresses that calls of an address-bound key may come from, as Network of lib has it: 128 bits and how many of them count; sent
   * before its `authorized`.
   */
  within: { seq: 'u32', word0: 'u32', word1: 'u32', word2: 'u32', word3: 'u32', prefix: 'u8' },
  granted: { seq: 'u32', ...HELD_FIELDS, ...LIMIT_FIELDS },
  refused: { seq: 'u32', reason: 'u8', retryAfterMs: 'u32', limit: 'u32', ...BUDGET_FIELDS, ...LIMIT_FIELDS },
  settled: { seq: 'u32' },
  revoke: { keyId: 'uuid' },
  revokeAccount: { accountId: 'uuid' },
  /** Something may have been missed: drop every cached caller. */
  forget: {},
  /**
   * After `welcome`, where calls without a key are sold: on which chain, what for and to whom, and the least that is asked. Name and version
   * are those under which the token is signed for, in ASCII with zeros behind.
   */
  keyless: { chainId: 'u64', asset: 'hash', payTo: 'hash', minimum: 'money', tokenName: 'hash', tokenVersion: 'hash' },
  /** The answer to `pay`; see PAY_STATUSES of spec. With status 0 the money is on the account, and `transaction` moved it. */
  paid: { seq: 'u32', status: 'u8', keyId: 'uuid', accountId: 'uuid', multiplier: 'u32', transaction: 'hash' },
} as const satisfies MessageTable

/**
 * Answers to `authorize`; `busy` means control could not look it up, which is never told as 401; `ended`: the subscription of the key has;
 * `replaced`: the key has another secret, and the time is over in which this one worked too; `paused-operator`: the owner is told why elsewhere. A reason of a suspension is told where it was noted.
 */
export const AUTHORIZE_STATUSES = [
  'ok',
  'unknown',
  'expired',
  'suspended',
  'busy',
  'paused',
  'ended',
  'suspended-payment',
  'suspended-abuse',
  'suspended-security',
  'suspended-terms',
  'suspended-request',
  'paused-spike',
  'replaced',
  'paused-operator',
] as const

/**
 * Reasons to refuse a hold; `busy` is ours (503), never the customer's; `key`: it was revoked or suspended meanwhile; `ended`: its subscription
 * has; `block`: it is not the time of day that its seat serves in, `limit` is the packed block, and `retryAfterMs` when it opens; `budget`: a
 * limit of spending.
 */
export const REFUSAL_REASONS = ['credit', 'requests', 'tokens', 'concurrency', 'busy', 'key', 'ended', 'block', 'budget'] as const

/** Stands for "none" in unsigned 32-bit fields. */
export const NONE_U32 = 0xffff_ffff

/** Messages by name, each with its fields and their types. */
export type MessageTable = Readonly<Record<string, Readonly<Record<string, FieldType>>>>
/** One message of a table as an object. */
export type MessageOf<T extends MessageTable, K extends keyof T> = { readonly [F in keyof T[K]]: FieldValue<T[K][F] & FieldType> }
export type GatewayMessage<K extends keyof typeof GATEWAY_MESSAGES> = MessageOf<typeof GATEWAY_MESSAGES, K>
export type ControlMessage<K extends keyof typeof CONTROL_MESSAGES> = MessageOf<typeof CONTROL_MESSAGES, K>
