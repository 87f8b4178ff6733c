import { showUsd } from '../../lib/money.ts'
import { CopyButton, Notice, Section, Tag, useAsked, When } from '../../parts/index.ts'
import type { OwnRefund } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { RefundAddress } from './refund-address.tsx'

const LOOK_MS = 10_000
const KINDS = { done: 'good', refused: 'bad', sent: 'todo', taken: 'todo', asked: 'todo' } as const

/** Money that goes back to whoever paid in coins: where it is to go, how far it is, and its transaction. Nothing where there is none. */
export function OwnRefunds() {
  const words = useWords().refunds
  const { data: refunds = [] } = useAsked<readonly OwnRefund[]>('/api/account/refunds', { everyMs: LOOK_MS })
  if (refunds.length === 0) return null
  return (
    <Section title={words.title}>
      {refunds.map((refund) => (
        <Refund key={refund.id} refund={refund} />
      ))}
    </Section>
  )
}

function Refund({ refund }: { readonly refund: OwnRefund }) {
  const words = useWords().refunds
  const { amount, state, askedAt, chain, address, txHash, claimLink, needsAddress, paidFrom } = refund
  const kind = state === 'cancelled' ? undefined : KINDS[state]
  return (
    <article className="form">
      <h3 className="row">
        <span className="figure">{showUsd(amount)}</span>
        <Tag {...(kind === undefined ? {} : { kind })}>{needsAddress ? words.asking : words.states[state]}</Tag>
      </h3>
      <dl className="roll">
        <div>
          <dt>{words.since}</dt>
          <dd>
            <When at={askedAt} />
          </dd>
        </div>
        {chain !== null && (
          <div>
            <dt>{words.chain}</dt>
            <dd>{chain}</dd>
          </div>
        )}
        {paidFrom !== null && <Long name={words.paidFrom} text={paidFrom} />}
        {address !== null && <Long name={words.address} text={address} />}
        {txHash !== null && <Long name={words.transaction} text={txHash} />}
      </dl>
      {txHash !== null && (
        <div className="row">
          <CopyButton text={txHash} label={words.copyTransaction} />
        </div>
      )}
      {needsAddress && <RefundAddress refund={refund} />}
      {claimLink !== null && (
        <Notice kind="todo">
          <span>{words.claimMeans}</span>
          <a className="button" href={claimLink} target="_blank" rel="noreferrer">
            {words.claim(showUsd(amount))}
          </a>
        </Notice>
      )}
    </article>
  )
}

function Long({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{text}</code>
      </dd>
    </div>
  )
}
