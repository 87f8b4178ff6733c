import { useState } from 'react'
import { codeName } from '../../lib/code-name.ts'
import { nanoOf, showUsd } from '../../lib/money.ts'
import { Asked, List, Money, Notice, Section, Tag, When } from '../../parts/index.ts'
import type { AskedBack, OwnPayment } from '../answers.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { AskBack } from './ask-back.tsx'

const LOOK_MS = 10_000

/** What was paid, how far it is, and what of it can be had back. */
export function PaymentHistory() {
  const words = useWords().payments
  return (
    <Section title={words.title}>
      <Asked<readonly OwnPayment[]> path="/api/billing/payments" everyMs={LOOK_MS}>
        {(payments) => (payments.length === 0 ? <p className="faint">{words.none}</p> : <Payments payments={payments} />)}
      </Asked>
    </Section>
  )
}

function Payments({ payments }: { readonly payments: readonly OwnPayment[] }) {
  const { payments: words, askBack } = useWords()
  const may = useMay()
  const [asking, setAsking] = useState<OwnPayment>()
  const [asked, setAsked] = useState<AskedBack>()
  const isOffered = may('pay') && payments.some(({ returnable }) => returnable !== null)
  const doings = {
    head: askBack.doings,
    isActs: true,
    cell: (payment: OwnPayment) =>
      payment.returnable !== null && (
        <button type="button" className="plain" onClick={() => setAsking(payment)}>
          {askBack.open}
        </button>
      ),
  }
  return (
    <>
      {asked !== undefined && <Told asked={asked} />}
      <List
        caption={words.title}
        entries={payments}
        keyOf={({ id }) => id}
        columns={[
          { head: words.at, cell: ({ createdAt }) => <When at={createdAt} /> },
          { head: words.method, cell: ({ method }) => words.methods[method as keyof typeof words.methods] ?? method },
          { head: words.purpose, cell: ({ purpose }) => words.purposes[purpose] },
          { head: words.state, cell: (payment) => <State payment={payment} /> },
          { head: words.amount, isNumber: true, cell: ({ amount }) => <Money usd={amount} /> },
          ...(isOffered ? [doings] : []),
        ]}
      />
      {asking !== undefined && asking.returnable !== null && (
        <AskBack payment={{ ...asking, returnable: asking.returnable }} onAsked={setAsked} onClose={() => setAsking(undefined)} />
      )}
    </>
  )
}

/** What became of it at once. */
function Told({ asked: { kind, state, amount } }: { readonly asked: AskedBack }) {
  const words = useWords().askBack
  if (state === 'refused' || state === 'failed') return <Notice kind="todo">{words.refused}</Notice>
  return <Notice kind="proven">{kind === 'wish' ? words.asked(showUsd(amount)) : words.goes(showUsd(amount))}</Notice>
}

function State({ payment: { state, outcome, returned, askedBack } }: { readonly payment: OwnPayment }) {
  const { payments: words, askBack } = useWords()
  const kind = state === 'settled' ? 'good' : state === 'failed' || state === 'disputed' ? 'bad' : undefined
  return (
    <>
      <span className="row">
        <Tag {...(kind === undefined ? {} : { kind })}>{words.states[state as keyof typeof words.states] ?? state}</Tag>
        {outcome !== null && <span className="faint">{codeName(words.outcomes, outcome)}</span>}
        {state === 'settled' && nanoOf(returned) > 0n && <span className="faint">{askBack.returned(showUsd(returned))}</span>}
      </span>
      {askedBack !== null && (
        <span className="row">
          <Tag {...(askedBack.state === 'open' ? { kind: 'todo' } : {})}>{askBack.states[askedBack.state](showUsd(askedBack.amount))}</Tag>
          {askedBack.reason !== null && <span className="faint">{askedBack.reason}</span>}
        </span>
      )}
    </>
  )
}
