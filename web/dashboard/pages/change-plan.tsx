import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { nanoOf, showUsd, usdOf } from '../../lib/money.ts'
import { useAct } from '../../lib/use-act.ts'
import { Choice, Dialog, Failed, useAsked, usePartWords, Waiting } from '../../parts/index.ts'
import type { BillingStatus, OfferedPlan, PlanQuote } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { useLongDay } from './long-day.ts'

/** A subscription to a plan. */
export type OwnPlan = BillingStatus['subscriptions'][number]

/** Which subscriptions can go over to a plan: those that end some time, not by the operator, and have another one; a free plan is had once. */
export function changeableTo(plan: OfferedPlan, own: readonly OwnPlan[]): readonly OwnPlan[] {
  const live = own.filter(({ status }) => status !== 'canceled')
  const isHeld = plan.period === 'free' && live.some((one) => one.planSlug === plan.slug || one.nextPlanSlug === plan.slug)
  if (plan.period === 'once' || isHeld) return []
  const isOpen = (one: OwnPlan) => one.currentPeriodEnd !== null && one.endedBy !== 'operator'
  return live.filter((one) => isOpen(one) && one.planSlug !== plan.slug && one.nextPlanSlug !== plan.slug)
}

/** What is asked for, as it was read. */
type Confirmed = { readonly subscriptionId: string; readonly planSlug: string } & Pick<PlanQuote, 'price' | 'change'>

type Change = { readonly plan: OfferedPlan; readonly from: readonly OwnPlan[]; readonly onClose: () => void }

/** Going over to a plan: from when on it holds, what it costs, and what becomes of the period that goes on. */
export function ChangePlan({ plan, from, onClose }: Change) {
  const words = useWords().plans
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const [chosen, setChosen] = useState(from[0]?.id)
  const one = from.find(({ id }) => id === chosen) ?? from[0]
  const body = { subscriptionId: one?.id ?? '', planSlug: plan.slug }
  const asked = useAsked<PlanQuote>(`/api/billing/change-plan?${new URLSearchParams(body)}`)
  const change = useAct(async (wanted: Confirmed) => {
    // What is confirmed is what was read here; where it is another by now it is read anew.
    await call('/api/billing/change-plan', { method: 'POST', body: wanted }).catch(async (thrown: unknown) => {
      if (thrown instanceof CallError && thrown.code === 'plan_quote_changed') await asked.refetch()
      throw thrown
    })
    await client.invalidateQueries()
    onClose()
  })
  const quote = asked.error === null ? asked.data : undefined
  const error = change.error ?? asked.error ?? undefined
  return (
    <Dialog title={words.goOverTitle(plan.name)} onClose={onClose}>
      {from.length > 1 && (
        <Choice label={words.goOverOf} value={one?.id} onChange={(event) => setChosen(event.currentTarget.value)}>
          {from.map((each) => (
            <option key={each.id} value={each.id}>
              {[each.planSlug, ...each.keys.map(({ name }) => name)].filter((name) => name !== null && name !== '').join(' · ')}
            </option>
          ))}
        </Choice>
      )}
      {one !== undefined && quote !== undefined && <Means plan={plan} one={one} quote={quote} />}
      {quote === undefined && error === undefined && <Waiting />}
      {error !== undefined && <Failed error={error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        {quote !== undefined && (
          <button
            type="button"
            className="main"
            disabled={change.isRunning}
            onClick={() => void change.run({ ...body, price: quote.price, change: quote.change })}
          >
            {quote.change === 'now' && quote.period !== 'free' ? words.goOverPaying(showUsd(quote.price)) : words.goOverAct}
          </button>
        )}
      </div>
    </Dialog>
  )
}

function Means({ plan, one, quote }: { readonly plan: OfferedPlan; readonly one: OwnPlan; readonly quote: PlanQuote }) {
  const words = useWords().plans
  const dayOf = useLongDay()
  const [price, period] = [showUsd(quote.price), words.periods[quote.period]]
  const isDue = one.status === 'past_due'
  return (
    <>
      {quote.change === 'now' ? (
        <Now one={one} quote={quote} />
      ) : (
        <>
          <p>{isDue || quote.startsAt === null ? words.goOverDue(one.planSlug) : words.goOverLater(dayOf(quote.startsAt), one.planSlug)}</p>
          <p>{quote.period === 'free' ? words.goOverFree : words.goOverCost(price, period)}</p>
          {!isDue && <p>{words.goOverBack}</p>}
        </>
      )}
      {one.cancelAtPeriodEnd && <p>{words.goOverEnding(one.planSlug)}</p>}
      <p className="faint">{words.goOverKeys(plan.name)}</p>
    </>
  )
}

/** To a dearer plan: what is paid now, what comes back of what was paid before, and the difference. */
function Now({ one, quote }: { readonly one: OwnPlan; readonly quote: PlanQuote }) {
  const words = useWords().plans
  const [price, returned] = [nanoOf(quote.price), centsOf(nanoOf(quote.returned))]
  return (
    <>
      <p>{quote.period === 'free' ? words.goOverFreeNow : words.goOverNow(showUsd(quote.price), words.periods[quote.period])}</p>
      <p>{returned === 0n ? words.goOverNothing(one.planSlug) : words.goOverReturned(showUsd(usdOf(returned)), one.planSlug)}</p>
      {returned > 0n && price >= returned && <p>{words.goOverLeaves(showUsd(usdOf(price - returned)))}</p>}
      {returned > price && <p>{words.goOverComes(showUsd(usdOf(returned - price)))}</p>}
    </>
  )
}

const CENT = 10_000_000n

/** Whole cents of nano-USD, never more than is there: what is unused becomes less while it is read. */
const centsOf = (nano: bigint): bigint => nano - (nano % CENT)
