import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { nanoOf, showUsd } from '../../lib/money.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Field, usePartWords } from '../../parts/index.ts'
import type { AskedBack, OwnPayment } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useWords } from '../words/index.ts'

type About = {
  readonly payment: OwnPayment & { readonly returnable: NonNullable<OwnPayment['returnable']> }
  readonly onAsked: (asked: AskedBack) => void
  readonly onClose: () => void
}

/** Asks money of a payment back: how much, and what happens then. */
export function AskBack({ payment, onAsked, onClose }: About) {
  const words = useWords().askBack
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const { returnable, method } = payment
  const [text, setText] = useState(returnable.amount)
  const amount = text.trim()
  const isAmount = /^\d{1,9}(?:\.\d{1,9})?$/.test(amount) && nanoOf(amount) > 0n
  const ask = useAct(async (wanted: string, once) => {
    const told = await call<AskedBack>(`/api/billing/payments/${payment.id}/refund`, { method: 'POST', body: { amount: wanted }, once })
    onAsked(told)
    onClose()
    await client.invalidateQueries()
  })
  const proven = useProven(ask)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    proven.run(amount)
  }
  const isByRule = returnable.decidedBy === 'rule'
  const wrong = ask.error?.field === 'amount' ? ask.error.message : undefined
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form onSubmit={submit}>
        <Field
          label={words.amount}
          hint={words.most(showUsd(returnable.amount))}
          inputMode="decimal"
          className="short"
          required
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          wrong={wrong}
        />
        <p>{isByRule ? words.goesNow[method] : words.decided}</p>
        <p className="faint">{words.gifts}</p>
        {proven.error !== undefined && wrong === undefined && <Failed error={proven.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="main" disabled={ask.isRunning || !isAmount}>
            {!isAmount ? words.nothing : isByRule ? words.now(showUsd(amount)) : words.ask(showUsd(amount))}
          </button>
        </div>
      </form>
      {/* It has a form of its own, which may not stand within this one. */}
      {proven.dialog}
    </Dialog>
  )
}
