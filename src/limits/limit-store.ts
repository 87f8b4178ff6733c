import type { LimitKind } from './shares.ts'

/** Who grants in a window: all from one count, each its part alone, or nobody more than the part of a part, as counts may have been lost. */
export const MODES = ['shared', 'alone', 'closed'] as const
export type Mode = (typeof MODES)[number]

/**
 * What is asked of one limit: `count` is needed now (below 0 it is given back), `ahead` is for calls to come; `declared` places are in use
 * already. `window` is the number since 1970 of the minute that something is given back of.
 */
export type LeaseItem = {
  readonly kind: LimitKind | 'declared'
  readonly name: string
  readonly limit: number
  readonly count: number
  readonly ahead: number
  readonly window: number
}

/** What one of them brought, and what is left of the limit for anybody. */
export type LeaseGiven = { readonly given: number; readonly room: number }

/** What a message to be counted is answered, with the store's time in milliseconds since 1970. `late` is what came after its deadline and did nothing. */
export type JoinAnswer = { readonly result: 'joined' | 'kept' | 'late'; readonly now: number }
/** What a question for leases is answered, item by item; `unjoined` is who is not counted. */
export type LeaseAnswer =
  | { readonly result: 'leased'; readonly now: number; readonly mode: Mode; readonly items: readonly LeaseGiven[] }
  | { readonly result: 'late' | 'unjoined'; readonly now: number }

/** A process of a node as the store knows it; `tag` is `<node>:<its own>`. */
export type Member = { readonly nodeId: string; readonly tag: string }

/** The store answered that it does not do what it was asked, and did nothing that lasts; `code` is its own word for why. */
export class StoreRefusedError extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.name = 'StoreRefusedError'
    this.code = code
  }
}

/** What nodes count limits in together. Everything rejects when it is away or slow, soon; `join` with StoreRefusedError where it surely counted nobody. */
export type LimitStore = {
  readonly time: () => Promise<number>
  readonly join: (member: Member, told: { readonly deadline: number; readonly ttlMs: number }) => Promise<JoinAnswer>
  readonly lease: (
    member: Member,
    told: { readonly deadline: number; readonly nodes: number; readonly items: readonly LeaseItem[] },
  ) => Promise<LeaseAnswer>
  readonly close: () => Promise<void>
}
