import { Notice } from '../../parts/index.ts'
import type { OfferedPlan } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { useLongDay } from './long-day.ts'

/** What calls of a plan will cost of the list price, and from when on; nothing where nothing changes. */
export function PriceChanges({ of, name }: { readonly of: Pick<OfferedPlan, 'priceMultiplier' | 'priceChanges'>; readonly name?: string }) {
  const words = useWords().plans
  const dayOf = useLongDay()
  if (of.priceChanges.length === 0) return null
  return (
    <Notice kind="todo">
      {name !== undefined && <strong>{name}</strong>}
      {of.priceChanges.map(({ effectiveAt, priceMultiplier }, index) => (
        <span key={effectiveAt}>
          {words.changes(dayOf(effectiveAt), of.priceChanges[index - 1]?.priceMultiplier ?? of.priceMultiplier, priceMultiplier)}
        </span>
      ))}
    </Notice>
  )
}
