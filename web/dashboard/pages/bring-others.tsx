import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field, Notice, Secret, Section, useAsked } from '../../parts/index.ts'
import type { OwnPayment, OwnReferral } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { bringingLink } from '../referral.ts'
import { useWords } from '../words/index.ts'

/** The link by which an account brings others, where the house pays for that; and who brought it, as long as it has not paid. */
export function BringOthers() {
  const words = useWords().bring
  const { data: referral } = useAsked<OwnReferral>('/api/billing/referral')
  const { data: payments } = useAsked<readonly OwnPayment[]>('/api/billing/payments')
  if (referral === undefined || referral.percent === null) return null
  return (
    <Section title={words.title}>
      <p>{words.means(referral.percent)}</p>
      <Secret text={bringingLink(referral.code)} />
      {payments?.every(({ state }) => state !== 'settled') === true && (
        <IfMay right="pay">
          <BroughtBy />
        </IfMay>
      )}
    </Section>
  )
}

function BroughtBy() {
  const words = useWords().bring
  const client = useQueryClient()
  const [isSaid, setSaid] = useState(false)
  const say = useAct(async (code: string, once) => {
    await call('/api/billing/referral', { method: 'POST', body: { code }, once })
    setSaid(true)
    await client.invalidateQueries()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void say.run(textIn(event.currentTarget, 'from'))
  }
  if (isSaid) return <Notice kind="proven">{words.said}</Notice>
  return (
    <form onSubmit={submit}>
      <Field label={words.who} hint={words.whoHint} name="from" className="short" autoCapitalize="characters" spellCheck={false} required />
      {say.error !== undefined && <Failed error={say.error} />}
      <div className="row">
        <button type="submit" disabled={say.isRunning}>
          {words.say}
        </button>
      </div>
    </form>
  )
}
