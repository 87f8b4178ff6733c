import { useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { call } from '../../lib/call.ts'
import { nanoOf, showUsd, sumUsd } from '../../lib/money.ts'
import { showTold } from '../../lib/show-told.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Field, usePartWords } from '../../parts/index.ts'
import type { AutoTopUp, TopupOptions } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useWords } from '../words/index.ts'
import { AUTO_TOP_UP } from './path.ts'

type Wanted = { readonly threshold: string; readonly amount: string; readonly dailyMaximum: string }
type FormAbout = { readonly topUp: AutoTopUp; readonly options: TopupOptions; readonly onClose: () => void }

const [USUAL_THRESHOLD, USUAL_AMOUNT] = ['5.00', '25.00'] as const

/** What stands in the form at first: what is set, or what is usual within the bounds of the house. */
function startOf({ threshold, amount, dailyMaximum }: AutoTopUp, { minimum }: TopupOptions): Wanted {
  const usual = nanoOf(minimum) > nanoOf(USUAL_AMOUNT) ? minimum : USUAL_AMOUNT
  return { threshold: threshold ?? USUAL_THRESHOLD, amount: amount ?? usual, dailyMaximum: dailyMaximum ?? sumUsd([usual, usual]) }
}

/** Sets below what the account tops itself up, by how much, and by how much at most in a day. */
export function AutoTopUpForm({ topUp, options, onClose }: FormAbout) {
  const words = useWords().autoTopUp
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const start = startOf(topUp, options)
  const act = useAct(async (body: Wanted) => {
    await showTold(client, AUTO_TOP_UP, await call<AutoTopUp>(AUTO_TOP_UP, { method: 'PUT', body }))
    onClose()
  })
  const set = useProven(act)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    set.run({ threshold: textIn(form, 'threshold'), amount: textIn(form, 'amount'), dailyMaximum: textIn(form, 'dailyMaximum') })
  }
  const hints: Wanted = {
    threshold: words.thresholdHint,
    amount: words.amountHint(showUsd(options.minimum), showUsd(options.maximum)),
    dailyMaximum: words.dailyHint,
  }
  const names = ['threshold', 'amount', 'dailyMaximum'] as const
  const isBeside = names.some((name) => name === set.error?.field)
  return (
    <>
      <Dialog title={words.title} onClose={onClose} isFirm>
        <form onSubmit={submit}>
          {names.map((name) => (
            <Field
              key={name}
              label={`${words[name]} (USD)`}
              hint={hints[name]}
              name={name}
              inputMode="decimal"
              className="short"
              defaultValue={start[name]}
              required
              autoFocus={name === 'threshold'}
              wrong={set.error?.field === name ? set.error.message : undefined}
            />
          ))}
          <p className="faint">{words.agree}</p>
          {set.error !== undefined && !isBeside && <Failed error={set.error} />}
          <div className="answers">
            <button type="button" onClick={onClose}>
              {cancel}
            </button>
            <button type="submit" className="main" disabled={act.isRunning}>
              {words.save}
            </button>
          </div>
        </form>
      </Dialog>
      {set.dialog}
    </>
  )
}
