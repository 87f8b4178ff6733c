import { z } from 'zod'
import { askJson, RailServerError } from '../../ask-json.ts'
import { networkOf, type X402Payment, type X402Terms } from './payment.ts'
import type { X402Settings } from './settings.ts'

/** What a facilitator says of a payment before it is carried out; `unavailable`: nothing that can be relied on. */
export type Verified = 'valid' | 'funds' | 'refused' | 'unavailable'

/**
 * What became of carrying it out: done, by a transaction; refused before anything was sent to the chain; or nobody knows, as the answer was lost,
 * late or contradicts what was asked.
 */
export type Carried =
  | { readonly outcome: 'done'; readonly txHash: string }
  | { readonly outcome: 'funds' | 'refused' | 'unknown'; readonly txHash?: undefined }

/** The two calls of a facilitator that are needed. Source: github.com/coinbase/x402 specs/x402-specification-v2.md section 7, as of 2026-11-26. */
export type Facilitator = {
  readonly verify: (payment: X402Payment) => Promise<Verified>
  readonly settle: (payment: X402Payment) => Promise<Carried>
}

const TX_HASH = /^0x[0-9a-f]{64}$/i
const ADDRESS = /^0x[0-9a-f]{40}$/i
const TIMEOUT_SECONDS = 120
const reason = z.string().max(200).nullish()
const verifyShape = z.object({ isValid: z.boolean(), invalidReason: reason, payer: z.string().regex(ADDRESS).nullish() })
const settleShape = z.object({
  success: z.boolean(),
  errorReason: reason,
  transaction: z.string().max(100).nullish(),
  network: z.string().max(100).nullish(),
  payer: z.string().regex(ADDRESS).nullish(),
})

/** Reasons that are said before a transaction is sent. Source: the same specification, section 9. */
const BEFORE_SENDING =
  /^(?:insufficient_funds|invalid_exact_evm_payload_\w+|invalid_(?:network|payload|payment_requirements|scheme|x402_version)|unsupported_scheme)$/

/** A facilitator over HTTP. It is told the payment and nothing of what it is for. */
export function facilitatorOver(settings: X402Settings): Facilitator {
  const headers: Record<string, string> =
    settings.facilitatorKey === undefined ? {} : { authorization: `Bearer ${settings.facilitatorKey}` }
  const ask = (path: string, payment: X402Payment): Promise<unknown> =>
    askJson({ method: 'POST', url: `${settings.facilitator}/${path}`, headers, body: bodyOf(settings, payment) })
  return {
    verify: async (payment) => {
      const told = await orNothing(ask('verify', payment), verifyShape, { isValid: false })
      if (told === undefined || (told.isValid && !isPayer(told.payer, payment))) return 'unavailable'
      if (told.isValid) return 'valid'
      return told.invalidReason === 'insufficient_funds' ? 'funds' : 'refused'
    },
    settle: async (payment) => {
      const told = await orNothing(ask('settle', payment), settleShape)
      if (told === undefined) return { outcome: 'unknown' }
      if (!told.success) return { outcome: refusalOf(told.errorReason ?? '') }
      const isOurs = told.network === networkOf(payment) && isPayer(told.payer, payment)
      return isOurs && TX_HASH.test(told.transaction ?? '')
        ? { outcome: 'done', txHash: (told.transaction ?? '').toLowerCase() }
        : { outcome: 'unknown' }
    },
  }
}

/** A payer that is not told is not wrong. */
const isPayer = (payer: string | null | undefined, { from }: X402Payment): boolean => (payer ?? from).toLowerCase() === from

function refusalOf(told: string): 'funds' | 'refused' | 'unknown' {
  if (told === 'insufficient_funds') return 'funds'
  return BEFORE_SENDING.test(told) ? 'refused' : 'unknown'
}

/** Some facilitators say no with such a status. */
const REFUSALS: ReadonlySet<string> = new Set(['HTTP_400', 'HTTP_402', 'HTTP_422'])

/** An answer in its shape; `refusal` where it is one by its status, and undefined where there is none. */
async function orNothing<T extends z.ZodType>(asking: Promise<unknown>, shape: T, refusal?: z.output<T>): Promise<z.output<T> | undefined> {
  try {
    const read = shape.safeParse(await asking)
    return read.success ? read.data : undefined
  } catch (thrown) {
    if (thrown instanceof RailServerError) return REFUSALS.has(thrown.code) ? refusal : undefined
    throw thrown
  }
}

function bodyOf(terms: X402Terms, payment: X402Payment): object {
  const { from, to, value, validAfter, validBefore, nonce, signature } = payment
  const requirements = {
    ...{ scheme: 'exact', network: networkOf(payment), amount: value.toString(), asset: payment.asset, payTo: terms.payTo },
    ...{ maxTimeoutSeconds: TIMEOUT_SECONDS, extra: { name: terms.tokenName, version: terms.tokenVersion } },
  }
  const authorization = {
    ...{ from, to, value: value.toString(), validAfter: validAfter.toString(), validBefore: validBefore.toString(), nonce },
  }
  const paymentPayload = { x402Version: 2, accepted: requirements, payload: { signature, authorization } }
  return { x402Version: 2, paymentPayload, paymentRequirements: requirements }
}
