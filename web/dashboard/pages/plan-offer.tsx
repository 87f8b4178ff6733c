import { useState } from 'react'
import { showCount, showUsd } from '../../lib/money.ts'
import { Money } from '../../parts/index.ts'
import type { OfferedPlan } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useWords } from '../words/index.ts'
import { BuyPlan } from './buy-plan.tsx'
import { ChangePlan, changeableTo, type OwnPlan } from './change-plan.tsx'
import { PriceChanges } from './price-changes.tsx'

/** A plan: what it gives, what it costs, buying it, and going over to it with what one has. */
export function PlanOffer({ plan, own }: { readonly plan: OfferedPlan; readonly own: readonly OwnPlan[] }) {
  const words = useWords().plans
  const [isBuying, setBuying] = useState(false)
  const [isChanging, setChanging] = useState(false)
  const changeable = changeableTo(plan, own)
  const { tpm_limit: tokens, rpm_limit: requests, concurrency_limit: calls } = plan.rateLimits
  const lines = [
    plan.budget === null
      ? undefined
      : words.budget(
          showUsd(plan.budget.amount),
          words.windows[plan.budget.duration as keyof typeof words.windows] ?? plan.budget.duration,
        ),
    requests === null ? undefined : words.requests(showCount(requests)),
    tokens === null ? undefined : words.tokens(showCount(tokens)),
    calls === null ? undefined : words.calls(showCount(calls)),
    plan.models === null ? words.allModels : plan.models.join(', '),
    plan.priceMultiplier === '1' ? words.listPrice : words.multiplier(plan.priceMultiplier),
  ].filter((line) => line !== undefined)
  return (
    <article className="offer">
      <h3>{plan.name}</h3>
      <p>
        <span className="price">
          <Money usd={plan.priceUsdc} />
        </span>{' '}
        <span className="faint">{words.periods[plan.period]}</span>
      </p>
      <ul className="grow">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <PriceChanges of={plan} />
      <IfMay right="pay">
        <button type="button" onClick={() => setBuying(true)}>
          {words.choose(plan.name)}
        </button>
        {changeable.length > 0 && (
          <button type="button" aria-label={words.goOverNamed(plan.name)} onClick={() => setChanging(true)}>
            {words.goOver}
          </button>
        )}
      </IfMay>
      {isBuying && <BuyPlan plan={plan} onClose={() => setBuying(false)} />}
      {isChanging && <ChangePlan plan={plan} from={changeable} onClose={() => setChanging(false)} />}
    </article>
  )
}
