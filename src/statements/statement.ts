import { formatUsd, type NanoUsd } from '../lib/index.ts'

/**
 * One movement of an account's money, signed as the account sees it. `kind` is that of the transfer, and "usage" for the calls of a
 * day, which have no time. `id` is the transfer's; a day that is not closed has none yet. `balance` is what there was after it.
 */
export type StatementLine = {
  readonly day: string
  readonly at: string | undefined
  readonly kind: string
  readonly id: string | undefined
  readonly reason: string | undefined
  readonly calls: number | undefined
  readonly isClosed: boolean
  readonly amount: NanoUsd
  readonly balance: NanoUsd
}

/** Calls of one model by the rows that are still there; tokens in and out, each class once. */
export type ModelSum = {
  readonly model: string
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cost: NanoUsd
  /** What plans paid for them instead of the balance. */
  readonly covered: NanoUsd
}

/** The lines of one kind. */
export type KindSum = { readonly kind: string; readonly count: number; readonly amount: NanoUsd }

/** A month of an account, drawn up at `asOf`, in milliseconds. `openFrom` is the first day that is not closed; without one nothing in it will change. */
export type Statement = {
  readonly accountId: string
  readonly month: string
  readonly asOf: number
  readonly opening: NanoUsd
  readonly lines: readonly StatementLine[]
  readonly sums: readonly KindSum[]
  readonly closing: NanoUsd
  readonly openFrom: string | undefined
  readonly models: readonly ModelSum[]
  /** What the calls cost whose rows have expired, so that no model is known of them. */
  readonly expired: { readonly calls: number; readonly cost: NanoUsd }
  /** What plans paid for calls of the month, which moves nothing here. */
  readonly covered: NanoUsd
}

/** A statement as it crosses the interface: amounts are decimal strings of USD, what is charged has a minus. */
export type ShownStatement = {
  readonly object: 'statement'
  readonly account_id: string
  readonly month: string
  readonly currency: 'USD'
  readonly state: 'final' | 'open'
  readonly as_of: string
  readonly opening_balance: string
  readonly lines: readonly ShownLine[]
  readonly sums: readonly { readonly kind: string; readonly count: number; readonly amount: string }[]
  readonly closing_balance: string
  readonly open_from: string | null
  readonly models: readonly {
    readonly model: string
    readonly calls: number
    readonly input_tokens: number
    readonly output_tokens: number
    readonly cost: string
    readonly covered: string
  }[]
  readonly expired: { readonly calls: number; readonly cost: string }
  readonly covered: string
}

/** A line of a statement as it crosses the interface. */
export type ShownLine = {
  readonly day: string
  readonly at: string | null
  readonly kind: string
  readonly id: string | null
  readonly reason: string | null
  readonly calls: number | null
  readonly is_closed: boolean
  readonly amount: string
  readonly balance: string
}

/** A statement as it crosses the interface. */
export const showStatement = (statement: Statement): ShownStatement => ({
  object: 'statement',
  account_id: statement.accountId,
  month: statement.month,
  currency: 'USD',
  state: statement.openFrom === undefined ? 'final' : 'open',
  as_of: new Date(statement.asOf).toISOString(),
  opening_balance: formatUsd(statement.opening),
  lines: statement.lines.map(showLine),
  sums: statement.sums.map(({ kind, count, amount }) => ({ kind, count, amount: formatUsd(amount) })),
  closing_balance: formatUsd(statement.closing),
  open_from: statement.openFrom ?? null,
  models: statement.models.map(({ model, calls, inputTokens, outputTokens, cost, covered }) => ({
    ...{ model, calls, input_tokens: inputTokens, output_tokens: outputTokens, cost: formatUsd(cost), covered: formatUsd(covered) },
  })),
  expired: { calls: statement.expired.calls, cost: formatUsd(statement.expired.cost) },
  covered: formatUsd(statement.covered),
})

const showLine = (line: StatementLine): ShownLine => ({
  day: line.day,
  at: line.at ?? null,
  kind: line.kind,
  id: line.id ?? null,
  reason: line.reason ?? null,
  calls: line.calls ?? null,
  is_closed: line.isClosed,
  amount: formatUsd(line.amount),
  balance: formatUsd(line.balance),
})
