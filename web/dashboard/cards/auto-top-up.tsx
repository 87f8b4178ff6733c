import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { nanoOf, showUsd, sumUsd } from '../../lib/money.ts'
import { showTold } from '../../lib/show-told.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Failed, Notice, Section, useAsked } from '../../parts/index.ts'
import type { AutoTopUp, OwnCard, TopupOptions } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { AutoTopUpForm } from './auto-top-up-form.tsx'
import { AUTO_TOP_UP, CARDS } from './path.ts'
import { CardStanding } from './standing.tsx'

const LOOK_MS = 10_000
const KINDS = { never: undefined, armed: 'good', charging: 'todo', owing: 'todo', off: 'bad' } as const

/** How the account tops itself up with its saved card, and what to do where it does no more. */
export function AutomaticTopUp({ options }: { readonly options: TopupOptions }) {
  const words = useWords().autoTopUp
  return (
    <Section title={words.title}>
      <Asked<AutoTopUp> path={AUTO_TOP_UP} everyMs={LOOK_MS}>
        {(topUp) => (
          <>
            <Standing topUp={topUp} />
            <Acts topUp={topUp} options={options} />
          </>
        )}
      </Asked>
    </Section>
  )
}

function Standing({ topUp }: { readonly topUp: AutoTopUp }) {
  const words = useWords().autoTopUp
  const { state, threshold, amount, dailyMaximum, chargedToday, outcome } = topUp
  if (threshold === null || amount === null || dailyMaximum === null) return <p className="faint">{words.never}</p>
  const isStopped = state === 'off' && outcome === 'stopped'
  const kind = isStopped ? undefined : KINDS[state]
  const isFull = state === 'armed' && nanoOf(sumUsd([chargedToday, amount])) > nanoOf(dailyMaximum)
  const figures = [
    [words.threshold, threshold],
    [words.amount, amount],
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
      {state === 'charging' && <Notice>{words.charging(showUsd(amount))}</Notice>}
      {state === 'owing' && <Notice kind="todo">{words.owing}</Notice>}
      {isFull && <Notice kind="todo">{words.isFull}</Notice>}
    </>
  )
}

function Acts({ topUp, options }: { readonly topUp: AutoTopUp; readonly options: TopupOptions }) {
  const words = useWords().autoTopUp
  const client = useQueryClient()
  const may = useMay()
  const { data: cards = [] } = useAsked<readonly OwnCard[]>(CARDS)
  const [isOpen, setOpen] = useState(false)
  const isOn = topUp.state !== 'never' && topUp.state !== 'off'
  const stop = useAct(async () => {
    await showTold(client, AUTO_TOP_UP, await call<AutoTopUp>(AUTO_TOP_UP, { method: 'DELETE' }))
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
      {isOpen && <AutoTopUpForm topUp={topUp} options={options} onClose={() => setOpen(false)} />}
    </>
  )
}
