import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { nanoOf, showUsd } from '../../lib/money.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, ShownOnce, useAsked, usePartWords } from '../../parts/index.ts'
import type { CheckoutStep, OfferedPlan, Subscribed, TopupOptions } from '../answers.ts'
import { KeepCard } from '../cards/keep-card.tsx'
import { useSavedCardPart } from '../cards/use-saved-card-part.ts'
import { useProven } from '../prove.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { SendCoins } from './send-coins.tsx'

/** What is asked for, at the price that the button says; a key of it only for who may make keys. */
const wantedOf = ({ slug, name, priceUsdc }: OfferedPlan, isKeyWanted: boolean) => ({
  ...{ planSlug: slug, price: priceUsdc },
  ...(isKeyWanted && { createKey: true, keyName: name }),
})

/** What is paid is what was read; where a plan costs another price by now it is read anew. */
const OTHER_PRICES: readonly string[] = ['order_price_changed', 'order_changed_meanwhile']

type Checkout = { readonly method: string; readonly savesCard?: boolean }
type Coins = Extract<CheckoutStep, { readonly address: string }>

/** Buys a plan: from the balance, with the saved card, or by another way. */
export function BuyPlan({ plan, onClose }: { readonly plan: OfferedPlan; readonly onClose: () => void }) {
  const words = useWords().plans
  const may = useMay()
  const client = useQueryClient()
  const [bought, setBought] = useState<Subscribed>()
  const [coins, setCoins] = useState<Coins>()
  const buying = useAct(async (body: Readonly<Record<string, unknown>>, once) => {
    setBought(
      await call<Subscribed>('/api/billing/subscribe', { method: 'POST', body, once }).catch(async (thrown: unknown) => {
        if (thrown instanceof CallError && OTHER_PRICES.includes(thrown.code)) await client.invalidateQueries({ queryKey: ['/api/plans'] })
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
  const [buy, checkout] = [useProven(buying), useProven(paying)]
  if (bought !== undefined) return <Bought bought={bought} name={plan.name} onClose={onClose} />
  const error = buy.error ?? checkout.error
  return (
    <>
      <Dialog title={words.buyTitle(plan.name)} onClose={onClose} isWide={coins !== undefined}>
        {coins === undefined ? (
          <Ways
            plan={plan}
            isRunning={buying.isRunning || paying.isRunning}
            error={error === undefined ? null : <Failed error={error} />}
            onBuy={(more) => buy.run({ ...wantedOf(plan, may('keys')), ...more })}
            onCheckout={checkout.run}
            onClose={onClose}
          />
        ) : (
          <SendCoins to={coins} onBack={() => setCoins(undefined)} />
        )}
      </Dialog>
      {buy.dialog}
      {checkout.dialog}
    </>
  )
}

type WaysAbout = {
  readonly plan: OfferedPlan
  readonly isRunning: boolean
  readonly error: ReactNode
  readonly onBuy: (more: { readonly payBy?: 'card' }) => void
  readonly onCheckout: (asked: Checkout) => void
  readonly onClose: () => void
}

/** The ways to pay: with the saved card in place of the balance alone, where that lacks something. */
function Ways({ plan, isRunning, error, onBuy, onCheckout, onClose }: WaysAbout) {
  const words = useWords().plans
  const { cancel } = usePartWords()
  const { data: options } = useAsked<TopupOptions>('/api/billing/options')
  const [isKept, setKept] = useState(false)
  const price = showUsd(plan.priceUsdc)
  const isFree = nanoOf(plan.priceUsdc) === 0n
  const methods = isFree ? [] : (options?.methods ?? [])
  const hasCards = methods.includes('stripe')
  const saved = useSavedCardPart(plan.priceUsdc, hasCards)
  return (
    <>
      <p>{isFree ? words.buyFree : words.buyMeans(price, words.periods[plan.period])}</p>
      {saved !== undefined && <p>{words.savedMeans(saved.amount, saved.has)}</p>}
      {hasCards && saved === undefined && <KeepCard isKept={isKept} onKeep={setKept} />}
      {error}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        {methods.map((method) => (
          <button
            key={method}
            type="button"
            disabled={isRunning}
            onClick={() => onCheckout({ method, ...(isKept && method === 'stripe' && { savesCard: true }) })}
          >
            {words.payBy[method as keyof typeof words.payBy] ?? method}
          </button>
        ))}
        {saved === undefined ? (
          <button type="button" className="main" disabled={isRunning} onClick={() => onBuy({})}>
            {isFree ? words.begin : words.payBalance(price)}
          </button>
        ) : (
          <button type="button" className="main" disabled={isRunning} onClick={() => onBuy({ payBy: 'card' })}>
            {words.paySaved(saved.amount, saved.card)}
          </button>
        )}
      </div>
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
