import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { nanoOf, showUsd } from '../../lib/money.ts'
import { Asked, Empty, Field, List, Money, Notice, Tag, When } from '../../parts/index.ts'
import type { ListOf, RefundWish } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** Money that customers asked back and that somebody decides on. */
export function Wishes({ which }: { readonly which: 'open' | 'all' }) {
  const words = useWords().refunds.wishes
  return (
    <Asked<ListOf<RefundWish>> path={`/operator/v1/refund-wishes?state=${which}`}>
      {({ data }) => (data.length === 0 ? <Empty>{which === 'open' ? words.noneOpen : words.none}</Empty> : <WishList wishes={data} />)}
    </Asked>
  )
}

function WishList({ wishes }: { readonly wishes: readonly RefundWish[] }) {
  const words = useWords().refunds.wishes
  const may = useMay()
  const [granting, setGranting] = useState<RefundWish>()
  const [declining, setDeclining] = useState<RefundWish>()
  return (
    <>
      <List
        caption={words.title}
        entries={wishes}
        keyOf={({ id }) => id}
        columns={[
          { head: words.asked, cell: (wish) => <When at={wish.asked_at} /> },
          { head: words.account, isWhole: true, cell: ({ account_id: id }) => <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link> },
          { head: words.rail, cell: ({ rail }) => <Tag>{rail}</Tag> },
          { head: words.paidAt, cell: (wish) => <When at={wish.paid_at} /> },
          { head: words.paid, isNumber: true, cell: ({ paid }) => <Money usd={paid} /> },
          { head: words.available, isNumber: true, cell: ({ available }) => <Money usd={available} /> },
          { head: words.amount, isNumber: true, cell: ({ amount }) => <Money usd={amount} /> },
          {
            head: words.doings,
            isActs: true,
            cell: (wish) =>
              wish.state !== 'open' ? (
                <Decided wish={wish} />
              ) : (
                may('money') && (
                  <>
                    <button type="button" className="plain" onClick={() => setGranting(wish)}>
                      {words.grant}
                    </button>
                    <button type="button" className="plain" onClick={() => setDeclining(wish)}>
                      {words.decline}
                    </button>
                  </>
                )
              ),
          },
        ]}
      />
      {granting !== undefined && <Grant wish={granting} onClose={() => setGranting(undefined)} />}
      {declining !== undefined && <Decline wish={declining} onClose={() => setDeclining(undefined)} />}
    </>
  )
}

function Decided({ wish: { state, reason } }: { readonly wish: RefundWish }) {
  const words = useWords().refunds.wishes
  return (
    <span className="row">
      <Tag {...(state === 'accepted' ? { kind: 'good' } : {})}>{words.states[state]}</Tag>
      {reason !== null && <span className="faint">{reason}</span>}
    </span>
  )
}

type About = { readonly wish: RefundWish; readonly onClose: () => void }

const least = (...amounts: readonly string[]): string => amounts.reduce((one, other) => (nanoOf(other) < nanoOf(one) ? other : one))

/** All of it, or what of it is still there. */
function Grant({ wish, onClose }: About) {
  const words = useWords().refunds.wishes
  const [amount, setAmount] = useState(least(wish.amount, wish.left, wish.available))
  const isSpent = nanoOf(least(wish.left, wish.available)) === 0n
  return (
    <ActDialog
      title={words.grantTitle(showUsd(wish.amount))}
      act={/^\d+(\.\d+)?$/.test(amount) ? words.grantAct(showUsd(amount)) : words.grant}
      isGrave
      isHeld={isSpent}
      fields={['amount']}
      onClose={onClose}
      run={({ amount: granted }, once) =>
        call(`/operator/v1/refund-wishes/${wish.id}/acceptance`, { method: 'POST', body: { amount: granted }, once })
      }
    >
      {(wrong) => (
        <>
          <p>{wish.rail === 'stripe' ? words.grantCard : words.grantCoins}</p>
          <p className="faint">{words.judged}</p>
          {isSpent && <Notice kind="todo">{words.spent}</Notice>}
          <Field
            label={words.amountOf}
            hint={words.most(showUsd(wish.amount), showUsd(wish.left), showUsd(wish.available))}
            name="amount"
            inputMode="decimal"
            className="short"
            required
            autoFocus
            pattern="\d{1,7}(\.\d{1,9})?"
            value={amount}
            onChange={(event) => setAmount(event.target.value.trim())}
            wrong={wrong('amount')}
          />
        </>
      )}
    </ActDialog>
  )
}

function Decline({ wish, onClose }: About) {
  const words = useWords().refunds.wishes
  return (
    <ActDialog
      title={words.declineTitle(showUsd(wish.amount))}
      act={words.declineAct}
      fields={['reason']}
      onClose={onClose}
      run={({ reason }, once) => call(`/operator/v1/refund-wishes/${wish.id}/refusal`, { method: 'POST', body: { reason }, once })}
    >
      {(wrong) => (
        <>
          <p>{words.declineMeans}</p>
          <Field label={words.reason} hint={words.reasonHint} name="reason" maxLength={500} required autoFocus wrong={wrong('reason')} />
        </>
      )}
    </ActDialog>
  )
}
