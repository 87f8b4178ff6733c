import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { nanoOf, showCount, showUsd } from '../../lib/money.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Money, ShownOnce, useAsked, usePartWords } from '../../parts/index.ts'
import type { CheckoutStep, OfferedPlan, Subscribed, TopupOptions } from '../answers.ts'
import { KeepCard } from '../cards/keep-card.tsx'
import { IfMay } from '../only.tsx'
import { useProven } from '../prove.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { ChangePlan, changeableTo, type OwnPlan } from './change-plan.tsx'
import { PriceChanges } from './price-changes.tsx'
import { SendCoins } from './send-coins.tsx'

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

/** What is asked for, at the price that the button says; a key of it only for who may make keys. */
const wantedOf = ({ slug, name, priceUsdc }: OfferedPlan, isKeyWanted: boolean) => ({
  ...{ planSlug: slug, price: priceUsdc },
  ...(isKeyWanted && { createKey: true, keyName: name }),
})

type Checkout = { readonly method: string; readonly savesCard?: boolean }
type Coins = Extract<CheckoutStep, { readonly address: string }>

function BuyPlan({ plan, onClose }: { readonly plan: OfferedPlan; readonly onClose: () => void }) {
  const words = useWords().plans
  const { cancel } = usePartWords()
  const may = useMay()
  const client = useQueryClient()
  const { data: options } = useAsked<TopupOptions>('/api/billing/options')
  const [bought, setBought] = useState<Subscribed>()
  const [coins, setCoins] = useState<Coins>()
  const [isKept, setKept] = useState(false)
  const buy = useAct(async (body: Readonly<Record<string, unknown>>, once) => {
    setBought(
      await call<Subscribed>('/api/billing/subscribe', { method: 'POST', body, once }).catch(async (thrown: unknown) => {
        // What is paid is what was read here; where it costs another price by now it is read anew.
        if (thrown instanceof CallError && thrown.code === 'order_price_changed')
          await client.invalidateQueries({ queryKey: ['/api/plans'] })
        throw thrown
      }),
    )
    await client.invalidateQueries()
  })
  const paying = useAct(async (asked: Checkout, once) => {
    const step = await call<CheckoutStep>('/api/billing/checkout', { method: 'POST', body: { planSlug: plan.slug, ...asked }, once })
    if ('sessionUrl' in step) window.location.assign(step.sessionUrl)
    else setCoins(step)
  })
  const checkout = useProven(paying)
  if (bought !== undefined) return <Bought bought={bought} name={plan.name} onClose={onClose} />
  const price = showUsd(plan.priceUsdc)
  const isFree = nanoOf(plan.priceUsdc) === 0n
  return (
    <>
      <Dialog title={words.buyTitle(plan.name)} onClose={onClose} isWide={coins !== undefined}>
        {coins === undefined ? (
          <>
            <p>{isFree ? words.buyFree : words.buyMeans(price, words.periods[plan.period])}</p>
            {!isFree && options?.methods.includes('stripe') === true && <KeepCard isKept={isKept} onKeep={setKept} />}
            {(buy.error ?? checkout.error) !== undefined && <Failed error={buy.error ?? checkout.error} />}
            <div className="answers">
              <button type="button" onClick={onClose}>
                {cancel}
              </button>
              {!isFree &&
                (options?.methods ?? []).map((method) => (
                  <button
                    key={method}
                    type="button"
                    disabled={paying.isRunning}
                    onClick={() => checkout.run({ method, ...(isKept && method === 'stripe' && { savesCard: true }) })}
                  >
                    {words.payBy[method as keyof typeof words.payBy] ?? method}
                  </button>
                ))}
              <button type="button" className="main" disabled={buy.isRunning} onClick={() => void buy.run(wantedOf(plan, may('keys')))}>
                {isFree ? words.begin : words.payBalance(price)}
              </button>
            </div>
          </>
        ) : (
          <SendCoins to={coins} onBack={() => setCoins(undefined)} />
        )}
      </Dialog>
      {checkout.dialog}
    </>
  )
}

function Bought({ bought: { key }, name, onClose }: { readonly bought: Subscribed; readonly name: string; readonly onClose: () => void }) {
  const words = useWords().plans
  const { close } = usePartWords()
  if (key !== null)
    return (
      <ShownOnce title={words.boughtTitle(name)} secret={key.apiKey} kept={words.kept} onKept={onClose}>
        {words.boughtKey}
      </ShownOnce>
    )
  return (
    <Dialog title={words.boughtTitle(name)} onClose={onClose}>
      <p>{words.boughtNoKey}</p>
      <div className="answers">
        <button type="button" className="main" onClick={onClose}>
          {close}
        </button>
      </div>
    </Dialog>
  )
}
