import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { showTold } from '../../lib/show-told.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Dialog, Failed, Field, Notice, Section, useAsked, usePartWords } from '../../parts/index.ts'
import type { CardRenewals, OwnCard } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useProven } from '../prove.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { CARD_RENEWALS, CARDS } from './path.ts'
import { CardStanding } from './standing.tsx'

const LOOK_MS = 10_000
const KINDS = { never: undefined, on: 'good', charging: 'todo', off: 'bad' } as const
const USUAL_MAXIMUM = '50.00'

/** Whether the saved card pays what the balance lacks of renewals, and what to do where it does no more. */
export function RenewalsByCard() {
  const words = useWords().cardRenewals
  return (
    <Section title={words.title}>
      <Asked<CardRenewals> path={CARD_RENEWALS} everyMs={LOOK_MS}>
        {(renewals) => (
          <>
            <Standing renewals={renewals} />
            <Acts renewals={renewals} />
          </>
        )}
      </Asked>
    </Section>
  )
}

function Standing({ renewals }: { readonly renewals: CardRenewals }) {
  const words = useWords().cardRenewals
  const { state, dailyMaximum, chargedToday, outcome } = renewals
  if (dailyMaximum === null) return <p className="faint">{words.never}</p>
  const isStopped = state === 'off' && outcome === 'stopped'
  const kind = isStopped ? undefined : KINDS[state]
  const figures = [
    [words.dailyMaximum, dailyMaximum],
    [words.chargedToday, chargedToday],
  ] as const
  return (
    <>
      <CardStanding head={words.state} state={words.states[state]} kind={kind} figures={figures} />
      {state === 'off' && !isStopped && (
        <Notice kind="loss">{words.reasons[outcome as keyof typeof words.reasons] ?? words.reasonElse(outcome ?? '')}</Notice>
      )}
      {isStopped && <p className="faint">{words.stopped}</p>}
      {state === 'charging' && <Notice>{words.charging}</Notice>}
    </>
  )
}

function Acts({ renewals }: { readonly renewals: CardRenewals }) {
  const words = useWords().cardRenewals
  const client = useQueryClient()
  const may = useMay()
  const { data: cards = [] } = useAsked<readonly OwnCard[]>(CARDS)
  const [isOpen, setOpen] = useState(false)
  const isOn = renewals.state === 'on' || renewals.state === 'charging'
  const stop = useAct(async () => {
    await showTold(client, CARD_RENEWALS, await call<CardRenewals>(CARD_RENEWALS, { method: 'DELETE' }))
  })
  return (
    <>
      {may('run') && cards.length === 0 && <p className="faint">{words.cardFirst}</p>}
      <div className="row">
        <IfMay right="run">
          <button type="button" disabled={cards.length === 0} onClick={() => setOpen(true)}>
            {isOn ? words.change : words.set}
          </button>
        </IfMay>
        {isOn && (
          <IfMay right="pay">
            <button type="button" className="plain grave" disabled={stop.isRunning} onClick={() => void stop.run()}>
              {words.stop}
            </button>
          </IfMay>
        )}
      </div>
      {stop.error !== undefined && <Failed error={stop.error} />}
      {isOpen && <Agree renewals={renewals} onClose={() => setOpen(false)} />}
    </>
  )
}

/** Says what is agreed to, and how much of it in a day. */
function Agree({ renewals, onClose }: { readonly renewals: CardRenewals; readonly onClose: () => void }) {
  const words = useWords().cardRenewals
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const act = useAct(async (dailyMaximum: string) => {
    await showTold(client, CARD_RENEWALS, await call<CardRenewals>(CARD_RENEWALS, { method: 'PUT', body: { dailyMaximum } }))
    onClose()
  })
  const agree = useProven(act)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    agree.run(textIn(event.currentTarget, 'dailyMaximum'))
  }
  const isBeside = agree.error?.field === 'dailyMaximum'
  return (
    <>
      <Dialog title={words.title} onClose={onClose} isFirm>
        <form onSubmit={submit}>
          <p>{words.means}</p>
          <Field
            label={`${words.dailyMaximum} (USD)`}
            hint={words.dailyHint}
            name="dailyMaximum"
            inputMode="decimal"
            className="short"
            defaultValue={renewals.dailyMaximum ?? USUAL_MAXIMUM}
            required
            autoFocus
            wrong={isBeside ? agree.error?.message : undefined}
          />
          <p className="faint">{words.agree}</p>
          {agree.error !== undefined && !isBeside && <Failed error={agree.error} />}
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
      {agree.dialog}
    </>
  )
}
