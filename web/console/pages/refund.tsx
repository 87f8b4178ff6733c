import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { Asked, CopyButton, Notice, Page } from '../../parts/index.ts'
import type { Refund } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { AboutRefund } from '../refunds/about-refund.tsx'
import { EnterTransaction } from '../refunds/enter-transaction.tsx'
import { RefundState } from '../refunds/refund-state.tsx'
import { SendRefund } from '../refunds/send-refund.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

const LOOK_MS = 5_000
const OPEN: readonly Refund['state'][] = ['asked', 'taken', 'sent']

/** One refund: exactly what is to be sent where, with which transaction it was, and why that is not accepted. */
export function RefundPage() {
  const { id = '' } = useParams({ strict: false })
  const words = useWords().refunds
  const page = { title: words.title, lead: <Link to="/refunds">{words.back}</Link> }
  return (
    <Asked<Refund> key={id} path={`/operator/v1/refunds/${id}`} everyMs={LOOK_MS} page={page}>
      {(refund) => <Shown refund={refund} />}
    </Asked>
  )
}

function Shown({ refund }: { readonly refund: Refund }) {
  const words = useWords().refunds
  const may = useMay()
  const [isCancelling, setCancelling] = useState(false)
  const { amount, state } = refund
  return (
    <Page
      title={words.pageTitle(showUsd(amount))}
      lead={<Link to="/refunds">{words.back}</Link>}
      acts={
        may('money') &&
        OPEN.includes(state) && (
          <button type="button" className="grave" onClick={() => setCancelling(true)}>
            {words.cancel}
          </button>
        )
      }
    >
      <RefundState refund={refund} />
      <Next refund={refund} />
      <AboutRefund refund={refund} />
      {isCancelling && <Cancel refund={refund} onClose={() => setCancelling(false)} />}
    </Page>
  )
}

/** What is to be done now. */
function Next({ refund }: { readonly refund: Refund }) {
  const words = useWords().refunds
  const may = useMay()
  const { state, outcome, to_send: toSend, claim_link: claimLink } = refund
  const isOpen = state === 'taken' || state === 'sent'
  return (
    <>
      {outcome !== null && <Notice kind={WAITING.includes(outcome) ? 'todo' : 'loss'}>{words.why(outcome)}</Notice>}
      {state === 'taken' && toSend !== null && toSend.address === null && !HELD.includes(outcome ?? '') && (
        <Notice kind="todo">{words.noAddress}</Notice>
      )}
      {state === 'taken' && toSend !== null && toSend.address !== null && <SendRefund toSend={toSend} address={toSend.address} />}
      {isOpen && toSend !== null && toSend.address !== null && may('money') && <EnterTransaction refund={refund} />}
      {state === 'sent' && claimLink !== null && (
        <Notice kind="todo">
          <span>{words.claimMeans}</span>
          <CopyButton text={claimLink} label={words.copyClaim} />
        </Notice>
      )}
    </>
  )
}

const WAITING: readonly string[] = ['confirmations_pending', 'chain_unread', 'sanctions_unread']
/** Nobody is asked where it goes. */
const HELD: readonly string[] = ['recipient_sanctioned', 'sanctions_unread']

function Cancel({ refund: { id, amount }, onClose }: { readonly refund: Refund; readonly onClose: () => void }) {
  const words = useWords().refunds
  return (
    <ActDialog
      title={words.cancelTitle(showUsd(amount))}
      act={words.cancel}
      isGrave
      onClose={onClose}
      run={(_, once) => call(`/operator/v1/refunds/${id}/cancellation`, { method: 'POST', body: {}, once })}
    >
      {() => <p>{words.cancelMeans(showUsd(amount))}</p>}
    </ActDialog>
  )
}
