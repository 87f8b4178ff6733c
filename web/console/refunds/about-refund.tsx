import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Section, When } from '../../parts/index.ts'
import type { Refund } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** What is known of a refund. */
export function AboutRefund({ refund }: { readonly refund: Refund }) {
  const words = useWords().refunds
  const {
    id,
    payment_id: paymentId,
    account_id: accountId,
    rail,
    asked_at: askedAt,
    ended_at: endedAt,
    to_send: toSend,
    tx_hash: txHash,
  } = refund
  return (
    <Section title={words.about}>
      <dl className="roll">
        <Row name={words.refund}>
          <code>{id}</code>
        </Row>
        <Row name={words.account}>
          <Link to={`/accounts/${accountId}`}>
            <code>{accountId}</code>
          </Link>
        </Row>
        <Row name={words.payment}>
          <code>{paymentId}</code>
        </Row>
        <Row name={words.rail}>{rail}</Row>
        <Row name={words.since}>
          <When at={askedAt} />
        </Row>
        {endedAt !== null && (
          <Row name={words.ended}>
            <When at={endedAt} />
          </Row>
        )}
        {toSend !== null && toSend.address !== null && (
          <Row name={words.to}>
            <code>{toSend.address}</code>
          </Row>
        )}
        {toSend !== null && toSend.proof !== null && <Row name={words.proof}>{words.proofs[toSend.proof]}</Row>}
        {txHash !== null && (
          <Row name={words.transaction}>
            <code>{txHash}</code>
          </Row>
        )}
      </dl>
    </Section>
  )
}

const Row = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
