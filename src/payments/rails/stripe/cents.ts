import type { NanoUsd } from '../../../lib/index.ts'

/** Nano-USD in a cent, the smallest unit that Stripe counts dollars in. Source: docs.stripe.com/currencies (2026-11-26). */
const NANO_IN_CENT = 10_000_000n

/** The one currency that balances are held in, as Stripe spells it. */
export const CURRENCY = 'usd'

/** Whole cents as nano-USD. */
export const nanoOfCents = (cents: bigint): NanoUsd => cents * NANO_IN_CENT

/** Nano-USD as whole cents; undefined for an amount with a part of a cent, which no card can pay. */
export const centsOfNano = (amount: NanoUsd): bigint | undefined => (amount % NANO_IN_CENT === 0n ? amount / NANO_IN_CENT : undefined)

/** What is lacking in whole cents, rounded up, and `least` at least, as a card is asked for no less. */
export function lackInCents(lack: NanoUsd, least: NanoUsd): NanoUsd {
  const whole = ((lack + NANO_IN_CENT - 1n) / NANO_IN_CENT) * NANO_IN_CENT
  return whole < least ? least : whole
}

/** What was paid: the price, and the tax on top of it that is nobody's credit; cents. */
export type Gross = { readonly priceCents: bigint; readonly taxCents: bigint }

/** The part of money that left a card that was credit, rounded down to a cent, as the rest of it was tax. */
export const creditOfGross = ({ priceCents, taxCents }: Gross, grossCents: bigint): bigint =>
  taxCents === 0n ? grossCents : (grossCents * priceCents) / (priceCents + taxCents)

/**
 * What goes back to the card when so much credit is given back after `before`: its part of the tax with it, so that all parts together are all
 * that was paid. Cents.
 */
export const grossOfCredit = ({ priceCents, taxCents }: Gross, { before, credit }: { before: bigint; credit: bigint }): bigint =>
  credit + (taxCents * (before + credit)) / priceCents - (taxCents * before) / priceCents
