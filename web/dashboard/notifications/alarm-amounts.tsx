import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { showTold } from '../../lib/show-told.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Failed, Field, Section } from '../../parts/index.ts'
import type { BalanceAlert, Notifications } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { type AboutSettings, NOTIFICATIONS } from './path.ts'

const ALERTS = '/api/billing/alerts'

/** From which amounts on somebody is told: of a low balance, of what a day costs. */
export function AlarmAmounts({ settings }: AboutSettings) {
  const words = useWords().notifications
  return (
    <Section title={words.amounts}>
      <Asked<BalanceAlert> path={ALERTS}>{(alert) => <Amounts settings={settings} alert={alert} />}</Asked>
    </Section>
  )
}

type Wanted = { readonly threshold: string; readonly spendAlarm: string }

/** Which of both fields an answer complains of: the two go to different doors. */
type Complained = keyof Wanted

function Amounts({ settings, alert }: AboutSettings & { readonly alert: BalanceAlert }) {
  const words = useWords().notifications
  const client = useQueryClient()
  const [isSaved, setSaved] = useState(false)
  const [at, setAt] = useState<Complained>('threshold')
  const save = useAct(async ({ threshold, spendAlarm }: Wanted) => {
    setSaved(false)
    setAt('threshold')
    const body = { threshold: threshold === '' ? null : threshold }
    await showTold(client, ALERTS, await call<BalanceAlert>(ALERTS, { method: 'PUT', body }))
    setAt('spendAlarm')
    const change = { spendAlarm: spendAlarm === '' ? null : spendAlarm }
    await showTold(client, NOTIFICATIONS, await call<Notifications>(NOTIFICATIONS, { method: 'PUT', body: change }))
    setSaved(true)
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    void save.run({ threshold: textIn(form, 'threshold'), spendAlarm: textIn(form, 'spendAlarm') })
  }
  const wrong = (field: Complained) => (save.error?.field !== undefined && at === field ? save.error.message : undefined)
  const house = !alert.isOwn && alert.threshold !== null ? words.lowHouse(showUsd(alert.threshold)) : words.lowNever
  return (
    <form onSubmit={submit} onChange={() => setSaved(false)}>
      <Field
        label={words.lowBalance}
        hint={alert.isOwn ? undefined : house}
        name="threshold"
        inputMode="decimal"
        className="short"
        defaultValue={alert.isOwn ? (alert.threshold ?? '') : ''}
        wrong={wrong('threshold')}
      />
      <Field
        label={words.spendDay}
        hint={words.spendMeans}
        name="spendAlarm"
        inputMode="decimal"
        className="short"
        defaultValue={settings.spendAlarm ?? ''}
        wrong={wrong('spendAlarm')}
      />
      {save.error !== undefined && save.error.field === undefined && <Failed error={save.error} />}
      <div className="row">
        <button type="submit" disabled={save.isRunning}>
          {words.save}
        </button>
        <span role="status" className="good">
          {isSaved ? words.saved : ''}
        </span>
      </div>
    </form>
  )
}
