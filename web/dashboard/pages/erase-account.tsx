import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { nanoOf, showUsd } from '../../lib/money.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Dialog, Failed, Field, Section, usePartWords, When } from '../../parts/index.ts'
import type { Erasure } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'

/** The end of an account: what goes, what the law keeps until when, and no way back. */
export function EraseSection() {
  const words = useWords().privacy
  const [isAsking, setAsking] = useState(false)
  return (
    <Section title={words.erase}>
      <p className="faint">{words.eraseMeans}</p>
      <div className="row">
        <button type="button" className="plain grave" onClick={() => setAsking(true)}>
          {words.eraseBegin}
        </button>
      </div>
      {isAsking && <EraseDialog onClose={() => setAsking(false)} />}
    </Section>
  )
}

function EraseDialog({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().privacy
  return (
    <Dialog title={words.eraseTitle} onClose={onClose} isWide>
      <Asked<Erasure> path="/api/auth/erasure">{(plan) => <ErasePlan plan={plan} onClose={onClose} />}</Asked>
    </Dialog>
  )
}

function ErasePlan({ plan, onClose }: { readonly plan: Erasure; readonly onClose: () => void }) {
  const words = useWords().privacy
  const { cancel } = usePartWords()
  const { person, account } = useSession()
  const name = person.email ?? account.id
  const hasMoney = nanoOf(plan.left) > 0n
  const erase = useAct(async (confirm: string) => {
    await call('/api/auth/erasure', { method: 'POST', body: { confirm, ...(hasMoney ? { give_up: plan.left } : {}) } })
    window.location.assign('/')
  })
  const proven = useProven(erase)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    proven.run(textIn(event.currentTarget, 'confirm'))
  }
  return (
    <>
      <form onSubmit={submit}>
        <p>{words.goes(plan.goes.length)}</p>
        {plan.holds.length > 0 && (
          <dl className="roll">
            {plan.holds.map(({ category, basis, until }) => (
              <div key={`${category} ${until}`}>
                <dt>
                  {words.categories[category as keyof typeof words.categories] ?? category} · {words.bases[basis] ?? basis}
                </dt>
                <dd>
                  <When at={until} isDay />
                </dd>
              </div>
            ))}
          </dl>
        )}
        {hasMoney && <p className="bad">{words.giveUp(showUsd(plan.left))}</p>}
        <Field label={words.confirm(name)} name="confirm" spellCheck={false} required />
        {proven.error !== undefined && <Failed error={proven.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="grave" disabled={erase.isRunning}>
            {hasMoney ? words.eraseWith(showUsd(plan.left)) : words.eraseAct}
          </button>
        </div>
      </form>
      {/* It has a form of its own, and browsers send a form within a form by themselves, what is in it in the address. */}
      {proven.dialog}
    </>
  )
}
