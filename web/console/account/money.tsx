import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Asked, Empty, Field, List, Money, Paged, Section, Tag, When } from '../../parts/index.ts'
import type { Account, ListOf, Payment, Transfer } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { PaymentRefund } from './payment-refund.tsx'
import { AccountStatements } from './statements.tsx'

/** What came in and went out of an account. */
export function AccountMoney({ account }: { readonly account: Account }) {
  const words = useWords().account
  return (
    <>
      <Section title={words.journal}>
        <Journal account={account} />
      </Section>
      <Section title={words.payments}>
        <Asked<ListOf<Payment>> path={`/operator/v1/accounts/${account.id}/payments`}>
          {({ data }) => (data.length === 0 ? <Empty>{words.noPayments}</Empty> : <Payments payments={data} />)}
        </Asked>
      </Section>
      <AccountStatements account={account} />
    </>
  )
}

const REVERSIBLE: readonly Transfer['kind'][] = ['manual', 'promotion', 'deposit', 'refund', 'chargeback']

function Journal({ account }: { readonly account: Account }) {
  const words = useWords().account
  const may = useMay()
  const [undoing, setUndoing] = useState<Transfer>()
  return (
    <>
      <Paged<Transfer>
        path={`/operator/v1/accounts/${account.id}/transfers?limit=50`}
        caption={words.journal}
        none={words.noJournal}
        keyOf={({ id }) => id}
        columns={[
          { head: words.at, cell: ({ at }) => <When at={at} /> },
          { head: words.what, cell: ({ kind }) => words.transferKinds[kind] },
          { head: words.reason, cell: ({ reason }) => (reason === null ? '–' : (words.rails[reason] ?? reason)) },
          { head: words.amount, isNumber: true, cell: ({ amount }) => <Money usd={amount} /> },
          {
            head: words.doings,
            isActs: true,
            cell: (transfer) =>
              transfer.reversed_by !== null ? (
                <Tag>{words.undone}</Tag>
              ) : (
                may('money') &&
                REVERSIBLE.includes(transfer.kind) && (
                  <button type="button" className="plain grave" onClick={() => setUndoing(transfer)}>
                    {words.undo}
                  </button>
                )
              ),
          },
        ]}
      />
      {undoing !== undefined && <Undo transfer={undoing} onClose={() => setUndoing(undefined)} />}
    </>
  )
}

function Undo({ transfer, onClose }: { readonly transfer: Transfer; readonly onClose: () => void }) {
  const words = useWords().account
  return (
    <ActDialog
      title={words.undoTitle(words.transferKinds[transfer.kind])}
      act={words.undoAct}
      isGrave
      fields={['reason']}
      onClose={onClose}
      run={({ reason, debt }, once) =>
        call(`/operator/v1/transfers/${transfer.id}/reversals`, { method: 'POST', body: { reason, debt: debt === 'on' }, once })
      }
    >
      {(wrong) => (
        <>
          <p>
            {words.undoMeans} <Money usd={transfer.amount} />
          </p>
          <Field label={words.reason} hint={words.reasonHint} name="reason" maxLength={200} required autoFocus wrong={wrong('reason')} />
          <label className="choice">
            <input type="checkbox" name="debt" /> {words.undoDebt}
          </label>
        </>
      )}
    </ActDialog>
  )
}

/** The ways to pay whose money goes back the same way. */
const GOES_BACK: readonly string[] = ['stripe', 'usdc', 'x402', 'btcpay']
const KINDS: Readonly<Record<string, 'good' | 'bad'>> = { settled: 'good', failed: 'bad', disputed: 'bad' }

function PaymentState({ payment: { state, outcome } }: { readonly payment: Payment }) {
  const words = useWords().account
  const kind = KINDS[state]
  return (
    <span className="row">
      <Tag {...(kind === undefined ? {} : { kind })}>{words.paymentStates[state] ?? state}</Tag>
      {outcome !== null && <span className="faint">{outcome}</span>}
    </span>
  )
}

function Payments({ payments }: { readonly payments: readonly Payment[] }) {
  const words = useWords().account
  const may = useMay()
  const [returning, setReturning] = useState<Payment>()
  return (
    <>
      <List
        caption={words.payments}
        entries={payments}
        keyOf={({ id }) => id}
        columns={[
          { head: words.at, cell: (payment) => <When at={payment.created_at} /> },
          { head: words.rail, cell: ({ rail }) => words.rails[rail] ?? rail },
          { head: words.buys, cell: ({ purpose }) => words.purposes[purpose] },
          { head: words.state, cell: (payment) => <PaymentState payment={payment} />, isWhole: true },
          { head: words.amount, isNumber: true, cell: ({ amount }) => <Money usd={amount} /> },
          {
            head: words.doings,
            isActs: true,
            cell: (payment) =>
              may('money') &&
              GOES_BACK.includes(payment.rail) &&
              payment.transfer_id !== null && (
                <button type="button" className="plain grave" onClick={() => setReturning(payment)}>
                  {words.toCard}
                </button>
              ),
          },
        ]}
      />
      {returning !== undefined && <PaymentRefund payment={returning} onClose={() => setReturning(undefined)} />}
      <p className="faint">
        {words.problemsAt} <Link to="/waiting">{words.problemsPlace}</Link>
      </p>
    </>
  )
}
