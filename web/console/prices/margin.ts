import { nanoOf, usdOf } from '../../lib/money.ts'

const MILLION = 1_000_000n
const PERCENT = 100n

/** "1.2" of 20 percent on top. */
export const multiplierOf = (percent: number): string =>
  `${Math.trunc((100 + percent) / 100)}.${String((100 + percent) % 100).padStart(2, '0')}`

/** What a model costs for a million tokens, as decimal texts of USD. */
export type Cost = { readonly input: string; readonly output: string }

/** What a call costs, what customers pay for it, and what is left, as decimal texts: each rate with its margin is rounded up, as the server does. */
export function effectOf({ input, output }: Cost, percent: number, tokens: { readonly input: number; readonly output: number }) {
  const [paidIn, paidOut] = [nanoOf(input), nanoOf(output)]
  const on = (rate: bigint): bigint => roundUp(rate * (PERCENT + BigInt(percent)), PERCENT)
  const sum = (rateIn: bigint, rateOut: bigint): bigint => roundUp(rateIn * BigInt(tokens.input) + rateOut * BigInt(tokens.output), MILLION)
  const [cost, price] = [sum(paidIn, paidOut), sum(on(paidIn), on(paidOut))]
  return { cost: usdOf(cost), price: usdOf(price), kept: usdOf(price - cost) }
}

const roundUp = (amount: bigint, by: bigint): bigint => (amount + by - 1n) / by
