import { nanoOf, showUsd, usdOf } from '../../lib/money.ts'
import { useAsked } from '../../parts/index.ts'
import type { OwnCard, OwnCredits } from '../answers.ts'
import { useMay } from '../rights.ts'
import { CARDS } from './path.ts'

const [CENT, LEAST] = [10_000_000n, 500_000_000n]

/** What a saved card would pay of a price: what the balance lacks, in whole cents, and no less than cards pay; nano-USD. */
function lackOf(priceUsd: string, remainingUsd: string): bigint {
  const lack = nanoOf(priceUsd) - nanoOf(remainingUsd)
  if (lack <= 0n) return 0n
  const whole = ((lack + CENT - 1n) / CENT) * CENT
  return whole < LEAST ? LEAST : whole
}

/** What the saved card can pay of a price, what the balance has of it, and which card that is, as they are shown. */
export type SavedCardPart = { readonly amount: string; readonly has: string; readonly card: string }

/** The part of a price that the saved card can pay; undefined where the balance suffices, no card is saved, or somebody else runs the account. */
export function useSavedCardPart(price: string, isTaken: boolean): SavedCardPart | undefined {
  const may = useMay()
  const isWanted = isTaken && may('run')
  const { data: cards = [] } = useAsked<readonly OwnCard[]>(CARDS, { isWanted })
  const { data: credits } = useAsked<OwnCredits>('/api/billing/credits', { isWanted })
  const [card] = cards
  const lack = credits === undefined ? 0n : lackOf(price, credits.remaining)
  if (!isWanted || card === undefined || credits === undefined || lack === 0n) return undefined
  return { amount: showUsd(usdOf(lack)), has: showUsd(credits.remaining), card: `•••• ${card.last4}` }
}
