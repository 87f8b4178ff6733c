import { z } from 'zod'
import { ExactNumber, parseDecimal } from '../catalog/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import { type ReadPage, ReportError } from './provider-report.ts'

/** A number as it was spelled. */
export const exactNumber = z.instanceof(ExactNumber)

const PAGES_MAX = 100

type PageOf<Bucket> = { readonly data: readonly Bucket[]; readonly has_more: boolean; readonly next_page?: string | null | undefined }

/** What is asked for: `urlOf` gives the address of a page, the first without a token. */
export type Asked<Bucket> = {
  readonly urlOf: (page: string | undefined) => string
  readonly headers: Readonly<Record<string, string>>
  readonly schema: z.ZodType<PageOf<Bucket>>
}

/** All buckets of all pages. Throws ReportError: SHAPE, PAGES, and what ReadPage throws. */
export async function readPages<Bucket>(readPage: ReadPage, { urlOf, headers, schema }: Asked<Bucket>): Promise<readonly Bucket[]> {
  const buckets: Bucket[] = []
  let token: string | undefined
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const parsed = schema.safeParse(await readPage(urlOf(token), headers))
    if (!parsed.success) throw new ReportError('SHAPE', true, parsed.error)
    buckets.push(...parsed.data.data)
    if (!parsed.data.has_more) return buckets
    const next = parsed.data.next_page ?? undefined
    // A page that names itself, or none, would be asked for without end.
    if (next === undefined || next === token) throw new ReportError('PAGES', true)
    token = next
  }
  throw new ReportError('PAGES', true)
}

/** Nano-dollars with twelve more decimals, so that amounts are added exactly before they are rounded once. */
export type FineUsd = bigint
const FINE_DECIMALS = 21

/** An amount as it is spelled, times ten to the `shift`; throws ReportError SHAPE when it is none, or finer than any money. */
export function fineUsd(spelled: string, shift = 0): FineUsd {
  try {
    const { digits, exponent } = parseDecimal(spelled)
    const places = exponent + shift + FINE_DECIMALS
    if (places >= 0) return digits * 10n ** BigInt(places)
    // A float as it is printed can have more digits than anyone charges; they are cut here, far below a nano-dollar.
    return digits / 10n ** BigInt(-places)
  } catch (thrown) {
    throw new ReportError('SHAPE', true, thrown)
  }
}

const FINE_PER_NANO = 10n ** BigInt(FINE_DECIMALS - 9)

/** The nearest whole nano-dollar: a float that stands for a whole one is one. */
export function nearestNano(fine: FineUsd): NanoUsd {
  const half = fine < 0n ? -FINE_PER_NANO / 2n : FINE_PER_NANO / 2n
  return (fine + half) / FINE_PER_NANO
}
