import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { Asked, Empty, Field, List, Money, Page, Paged, Section, Tag, When } from '../../parts/index.ts'
import type { ListOf, PaymentProblem, PendingCredit } from '../answers.ts'
import { ActButton, ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useSession } from '../session.tsx'
import { Deposits } from '../waiting/deposits.tsx'
import { useWords } from '../words/index.ts'

/** Money that waits: coins on their way, what came and fits nothing, and credit that needs a second person. */
export function WaitingPage() {
  const words = useWords().waiting
  return (
    <Page title={words.title} lead={words.lead}>
      <Section title={words.deposits}>
        <Deposits />
      </Section>
      <Section title={words.problems}>
        <Asked<ListOf<PaymentProblem>> path="/operator/v1/payment-problems">
          {({ data }) => (data.length === 0 ? <Empty>{words.noProblems}</Empty> : <Problems problems={data} />)}
        </Asked>
      </Section>
      <Section title={words.credits}>
        <Credits />
      </Section>
    </Page>
  )
}

function Problems({ problems }: { readonly problems: readonly PaymentProblem[] }) {
  const words = useWords().waiting
  const may = useMay()
  const [crediting, setCrediting] = useState<PaymentProblem>()
  const [dismissing, setDismissing] = useState<PaymentProblem>()
  return (
    <>
      <List
        caption={words.problems}
        entries={problems}
        keyOf={({ id }) => id}
        columns={[
          { head: words.since, cell: (problem) => <When at={problem.created_at} /> },
          { head: words.rail, cell: ({ rail }) => rail },
          { head: words.wrong, cell: ({ code }) => <Tag kind="todo">{code}</Tag> },
          { head: words.ref, cell: ({ ref }) => <code>{ref}</code> },
          {
            head: words.account,
            cell: ({ account_id: id }) => (id === null ? '–' : <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link>),
          },
          { head: words.amount, isNumber: true, cell: ({ amount }) => (amount === null ? '–' : <Money usd={amount} />) },
          {
            head: words.doings,
            isActs: true,
            cell: (problem) =>
              may('money') && (
                <>
                  {problem.is_creditable && (
                    <button type="button" className="plain" onClick={() => setCrediting(problem)}>
                      {words.credit}
                    </button>
                  )}
                  <button type="button" className="plain" onClick={() => setDismissing(problem)}>
                    {words.dismiss}
                  </button>
                </>
              ),
          },
        ]}
      />
      {crediting !== undefined && <CreditProblem problem={crediting} onClose={() => setCrediting(undefined)} />}
      {dismissing !== undefined && <DismissProblem problem={dismissing} onClose={() => setDismissing(undefined)} />}
    </>
  )
}

type AboutProblem = { readonly problem: PaymentProblem; readonly onClose: () => void }
const pathOf = ({ id }: PaymentProblem): string => `/operator/v1/payment-problems/${id}/resolution`

function CreditProblem({ problem, onClose }: AboutProblem) {
  const words = useWords().waiting
  const [amount, setAmount] = useState(problem.amount ?? '')
  return (
    <ActDialog
      title={words.creditTitle}
      act={amount === '' ? words.credit : words.creditAct(showUsd(amount))}
      fields={['amount', 'account_id', 'reason']}
      onClose={onClose}
      run={(typed, once) =>
        call(pathOf(problem), {
          method: 'POST',
          body: { resolution: 'credited', account_id: typed['account_id'], amount: typed['amount'], reason: typed['reason'] },
          once,
        })
      }
    >
      {(wrong) => (
        <>
          <Field
            label={words.accountId}
            name="account_id"
            required
            autoFocus
            defaultValue={problem.account_id ?? ''}
            wrong={wrong('account_id')}
          />
          <Field
            label={words.amount}
            name="amount"
            inputMode="decimal"
            className="short"
            required
            value={amount}
            onChange={(event) => setAmount(event.target.value.trim())}
            wrong={wrong('amount')}
          />
          <Field label={words.reason} hint={words.reasonHint} name="reason" maxLength={200} required wrong={wrong('reason')} />
        </>
      )}
    </ActDialog>
  )
}

function DismissProblem({ problem, onClose }: AboutProblem) {
  const words = useWords().waiting
  return (
    <ActDialog
      title={words.dismissTitle}
      act={words.dismissAct}
      isGrave
      onClose={onClose}
      run={(_, once) => call(pathOf(problem), { method: 'POST', body: { resolution: 'dismissed' }, once })}
    >
      {() => (
        <>
          {!problem.is_creditable && <p>{words.wentOut}</p>}
          <p>{words.dismissMeans(problem.ref)}</p>
        </>
      )}
    </ActDialog>
  )
}

function Credits() {
  const words = useWords().waiting
  const may = useMay()
  const { name } = useSession()
  const decide = (credit: PendingCredit, what: 'approve' | 'refuse') => (once: string) =>
    call(`/operator/v1/pending-credits/${credit.id}/${what}`, { method: 'POST', body: {}, once })
  const isOwn = (credit: PendingCredit) => credit.requested_by === name || credit.requested_by === `operator:${name}`
  return (
    <Paged<PendingCredit>
      path="/operator/v1/pending-credits?state=waiting&limit=50"
      caption={words.credits}
      none={words.noCredits}
      keyOf={({ id }) => id}
      columns={[
        { head: words.since, cell: (credit) => <When at={credit.requested_at} /> },
        { head: words.asked, cell: (credit) => credit.requested_by },
        { head: words.account, cell: ({ account_id: id }) => <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link> },
        { head: words.reason, cell: ({ reason }) => reason ?? '–' },
        { head: words.amount, isNumber: true, cell: ({ amount }) => <Money usd={amount} /> },
        {
          head: words.doings,
          isActs: true,
          cell: (credit) =>
            may('money') &&
            (isOwn(credit) ? (
              <span className="faint">{words.another}</span>
            ) : (
              <>
                <ActButton name={words.approve(showUsd(credit.amount))} kind="plain" run={decide(credit, 'approve')} />
                <ActButton name={words.refuse} kind="plain" run={decide(credit, 'refuse')} />
              </>
            )),
        },
      ]}
    />
  )
}
