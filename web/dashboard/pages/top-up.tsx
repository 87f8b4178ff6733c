import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { nanoOf, showUsd } from '../../lib/money.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Empty, Failed, Field, Notice, Page, Section, useAsked } from '../../parts/index.ts'
import type { CheckoutStep, OwnCredits, Redeemed, TopupOptions } from '../answers.ts'
import { AutomaticTopUp } from '../cards/auto-top-up.tsx'
import { RenewalsByCard } from '../cards/card-renewals.tsx'
import { KeepCard } from '../cards/keep-card.tsx'
import { SavedCards } from '../cards/saved-cards.tsx'
import { Only } from '../only.tsx'
import { useProven } from '../prove.tsx'
import { useSearchTexts } from '../search-texts.ts'
import { useWords } from '../words/index.ts'
import { BringOthers } from './bring-others.tsx'
import { OwnRefunds } from './own-refunds.tsx'
import { PaymentHistory } from './payment-history.tsx'
import { SendCoins } from './send-coins.tsx'

const AMOUNTS = ['10', '25', '50', '100'] as const

/** Money in: by card, coins or code, and what came before. */
export function TopUpPage() {
  const words = useWords().topUp
  const { data: credits } = useAsked<OwnCredits>('/api/billing/credits')
  const { paid } = useSearchTexts(['paid'])
  return (
    <Page title={words.title} lead={credits === undefined ? undefined : words.have(showUsd(credits.remaining))}>
      {paid !== undefined && <Notice kind="proven">{words.paid}</Notice>}
      <OwnRefunds />
      <Asked<TopupOptions> path="/api/billing/options">
        {(options) => (
          <>
            <Only right="pay">
              <div className="beside">
                <Pay options={options} />
                <RedeemCode />
              </div>
            </Only>
            {options.methods.includes('stripe') && (
              <div className="beside">
                <SavedCards />
                <AutomaticTopUp options={options} />
                <RenewalsByCard />
              </div>
            )}
          </>
        )}
      </Asked>
      <BringOthers />
      <PaymentHistory />
    </Page>
  )
}

type Coins = Extract<CheckoutStep, { readonly address: string }>

function Pay({ options }: { readonly options: TopupOptions }) {
  const words = useWords().topUp
  const [coins, setCoins] = useState<Coins>()
  const act = useAct(async (body: Readonly<Record<string, unknown>>, once) => {
    const step = await call<CheckoutStep>('/api/billing/topup', { method: 'POST', body, once })
    if ('sessionUrl' in step) window.location.assign(step.sessionUrl)
    else setCoins(step)
  })
  const begin = useProven(act)
  if (options.methods.length === 0)
    return (
      <Section title={words.payTitle}>
        <Empty>{words.noMethods}</Empty>
      </Section>
    )
  if (coins !== undefined) return <SendCoins to={coins} onBack={() => setCoins(undefined)} />
  return (
    <Section title={words.payTitle}>
      <PayForm
        options={options}
        isRunning={act.isRunning}
        wrong={begin.error?.field === 'amount' ? begin.error.message : undefined}
        onPay={begin.run}
      />
      {begin.error !== undefined && begin.error.field !== 'amount' && <Failed error={begin.error} />}
      {begin.dialog}
    </Section>
  )
}

function PayForm(about: {
  readonly options: TopupOptions
  readonly isRunning: boolean
  readonly wrong: string | undefined
  readonly onPay: (body: Readonly<Record<string, unknown>>) => void
}) {
  const words = useWords().topUp
  const { methods, bonus, takesPromoCodes, refunds } = about.options
  const [picked, setPicked] = useState<string>('25')
  const [other, setOther] = useState('')
  const [method, setMethod] = useState(methods[0] ?? '')
  const [isKept, setKept] = useState(false)
  const amount = picked === 'other' ? other.trim() : picked
  const isAmount = /^\d{1,9}(?:\.\d{1,2})?$/.test(amount) && nanoOf(amount) > 0n
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const promoCode = textIn(event.currentTarget, 'promoCode')
    about.onPay({ amount, method, ...(promoCode === '' ? {} : { promoCode }), ...(isKept && method === 'stripe' && { savesCard: true }) })
  }
  return (
    <form onSubmit={submit}>
      <AmountChoice options={about.options} wrong={about.wrong} picked={picked} other={other} onPick={setPicked} onOther={setOther} />
      <fieldset className="field">
        <legend>{words.method}</legend>
        {methods.map((one) => (
          <label key={one} className="choice">
            <input type="radio" name="method" checked={method === one} onChange={() => setMethod(one)} />
            <span>{words.methods[one as keyof typeof words.methods] ?? one}</span>
          </label>
        ))}
      </fieldset>
      {method === 'stripe' && <KeepCard isKept={isKept} onKeep={setKept} />}
      {takesPromoCodes && <Field label={words.promo} name="promoCode" className="short" />}
      {bonus.map(({ from, percent }) => (
        <p key={from} className="faint">
          {words.bonus(percent, showUsd(from))}
        </p>
      ))}
      <div className="row">
        <button type="submit" className="main" disabled={about.isRunning || !isAmount}>
          {isAmount ? words.pay(showUsd(amount)) : words.payNothing}
        </button>
      </div>
      <p className="faint">{words.refunds[refunds.kind](refunds.days ?? 0)}</p>
    </form>
  )
}

type AmountAbout = {
  readonly options: TopupOptions
  readonly wrong: string | undefined
  readonly picked: string
  readonly other: string
  readonly onPick: (picked: string) => void
  readonly onOther: (other: string) => void
}

/** How much: one of the usual amounts, or another. */
function AmountChoice({ options: { minimum, maximum }, wrong, picked, other, onPick, onOther }: AmountAbout) {
  const words = useWords().topUp
  return (
    <>
      <fieldset className="field">
        <legend>{words.amount}</legend>
        <div className="amounts">
          {AMOUNTS.map((one) => (
            <label key={one}>
              <input type="radio" name="picked" checked={picked === one} onChange={() => onPick(one)} /> ${one}
            </label>
          ))}
        </div>
        <label className="choice">
          <input type="radio" name="picked" checked={picked === 'other'} onChange={() => onPick('other')} /> {words.other}
        </label>
      </fieldset>
      {picked === 'other' && (
        <Field
          label={words.otherAmount}
          hint={words.bounds(showUsd(minimum), showUsd(maximum))}
          value={other}
          onChange={(event) => onOther(event.target.value)}
          inputMode="decimal"
          className="short"
          required
          wrong={wrong}
        />
      )}
      {picked !== 'other' && wrong !== undefined && <p className="bad">{wrong}</p>}
    </>
  )
}

function RedeemCode() {
  const words = useWords().topUp
  const client = useQueryClient()
  const [credited, setCredited] = useState<string>()
  const redeem = useAct(async (code: string, once) => {
    setCredited(undefined)
    const told = await call<Redeemed>('/api/billing/redeem', { method: 'POST', body: { code }, once })
    setCredited(told.credited)
    await client.invalidateQueries()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void redeem.run(textIn(event.currentTarget, 'code'))
  }
  return (
    <Section title={words.codeTitle}>
      {credited !== undefined && <Notice kind="proven">{words.credited(showUsd(credited))}</Notice>}
      <form onSubmit={submit}>
        <Field label={words.code} hint={words.codeHint} name="code" autoCapitalize="characters" spellCheck={false} required />
        {redeem.error !== undefined && <Failed error={redeem.error} />}
        <div className="row">
          <button type="submit" disabled={redeem.isRunning}>
            {words.redeem}
          </button>
        </div>
      </form>
    </Section>
  )
}
