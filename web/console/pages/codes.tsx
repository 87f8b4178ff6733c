import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { nanoOf, showCount, showUsd, usdOf } from '../../lib/money.ts'
import { Choice, Field, Money, Page, Paged, Tag, When } from '../../parts/index.ts'
import type { MadeRedeemBatch, RedeemBatch } from '../answers.ts'
import { CodesMade } from '../codes/codes-made.tsx'
import { ActButton, ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'

/** Codes that are worth money: made in batches, told once, ended in batches. */
export function CodesPage() {
  const words = useWords().codes
  const may = useMay()
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<MadeRedeemBatch>()
  const [ending, setEnding] = useState<RedeemBatch>()
  const make = may('money') ? (
    <button type="button" className="main" onClick={() => setMaking(true)}>
      {words.make}
    </button>
  ) : undefined
  return (
    <Page title={words.title} lead={words.lead} acts={make}>
      <Paged<RedeemBatch>
        path="/operator/v1/redeem-batches?limit=50"
        caption={words.title}
        none={words.none}
        keyOf={({ id }) => id}
        columns={[
          { head: words.label, cell: ({ label }) => label },
          { head: words.kind, cell: ({ kind }) => words.kinds[kind], isWhole: true },
          { head: words.worth, isNumber: true, cell: ({ amount }) => <Money usd={amount} /> },
          { head: words.used, isNumber: true, cell: ({ redeemed, count }) => `${showCount(redeemed)} / ${showCount(count)}` },
          { head: words.made, cell: (batch) => <When at={batch.created_at} isDay /> },
          { head: words.state, cell: (batch) => <BatchState batch={batch} /> },
          {
            head: words.doings,
            isActs: true,
            cell: (batch) =>
              may('money') &&
              batch.disabled_at === null && (
                <>
                  {isWaiting(batch) && <Approve batch={batch} />}
                  <button type="button" className="plain grave" onClick={() => setEnding(batch)}>
                    {words.end}
                  </button>
                </>
              ),
          },
        ]}
      />
      {isMaking && (
        <MakeBatch
          onClose={() => setMaking(false)}
          onMade={(batch) => {
            setMaking(false)
            setMade(batch)
          }}
        />
      )}
      {made !== undefined && <CodesMade batch={made} onClose={() => setMade(undefined)} />}
      {ending !== undefined && <EndBatch batch={ending} onClose={() => setEnding(undefined)} />}
    </Page>
  )
}

const isWaiting = ({ requested_by: by, approved_at: at }: RedeemBatch): boolean => by !== null && at === null

/** For whoever did not ask for them; the same person cannot approve. */
function Approve({ batch }: { readonly batch: RedeemBatch }) {
  const words = useWords().codes
  const { name } = useSession()
  if (batch.requested_by === name || batch.requested_by === `operator:${name}`) return <span className="faint">{words.another}</span>
  const total = showUsd(usdOf(nanoOf(batch.amount) * BigInt(batch.count)))
  const approve = (once: string) => call(`/operator/v1/redeem-batches/${batch.id}/approve`, { method: 'POST', body: {}, once })
  return <ActButton name={words.approve(total)} kind="plain" run={approve} />
}

function BatchState({ batch }: { readonly batch: RedeemBatch }) {
  const words = useWords().codes
  if (batch.disabled_at !== null) return <Tag kind="bad">{words.ended}</Tag>
  if (isWaiting(batch))
    return (
      <span>
        <Tag kind="todo">{words.waits}</Tag>{' '}
        <span className="faint">{words.asked(batch.requested_by?.replace('operator:', '') ?? '')}</span>
      </span>
    )
  if (batch.expires_at === null) return <Tag kind="good">{words.works}</Tag>
  return (
    <span>
      {words.until} <When at={batch.expires_at} isDay />
    </span>
  )
}

type Making = { readonly onClose: () => void; readonly onMade: (batch: MadeRedeemBatch) => void }

function MakeBatch({ onClose, onMade }: Making) {
  const words = useWords().codes
  const [amount, setAmount] = useState('10.00')
  const [count, setCount] = useState('10')
  const total = /^\d{1,5}$/.test(count) ? showUsd(usdOf(nanoOf(amount) * BigInt(count))) : '–'
  return (
    <ActDialog
      title={words.make}
      act={words.makeAct(count, total)}
      fields={['label', 'amount', 'count', 'kind', 'expires_at']}
      onClose={onClose}
      onDone={() => undefined}
      run={async (typed, once) => {
        const expires = typed['expires'] === '' ? {} : { expires_at: `${typed['expires']}T23:59:59Z` }
        const body = { label: typed['label'], amount, count: Number(count), kind: typed['kind'], ...expires }
        onMade(await call<MadeRedeemBatch>('/operator/v1/redeem-batches', { method: 'POST', body, once }))
      }}
    >
      {(wrong) => (
        <>
          <Field label={words.label} hint={words.labelHint} name="label" maxLength={64} required autoFocus wrong={wrong('label')} />
          <Field
            label={words.worth}
            name="amount"
            inputMode="decimal"
            className="short"
            required
            value={amount}
            onChange={(event) => setAmount(event.target.value.trim())}
            wrong={wrong('amount')}
          />
          <Field
            label={words.count}
            name="count"
            inputMode="numeric"
            className="short"
            required
            pattern="[1-9]\d{0,4}"
            value={count}
            onChange={(event) => setCount(event.target.value.trim())}
            wrong={wrong('count')}
          />
          <Choice label={words.kind} hint={words.kindHint} name="kind" wrong={wrong('kind')}>
            <option value="deposit">{words.kinds.deposit}</option>
            <option value="promotion">{words.kinds.promotion}</option>
          </Choice>
          <Field label={words.expires} hint={words.expiresHint} name="expires" type="date" className="short" wrong={wrong('expires_at')} />
        </>
      )}
    </ActDialog>
  )
}

function EndBatch({ batch, onClose }: { readonly batch: RedeemBatch; readonly onClose: () => void }) {
  const words = useWords().codes
  return (
    <ActDialog
      title={words.endTitle(batch.label)}
      act={words.endAct(showCount(batch.count - batch.redeemed))}
      isGrave
      onClose={onClose}
      run={(_, once) => call(`/operator/v1/redeem-batches/${batch.id}/disable`, { method: 'POST', body: {}, once })}
    >
      {() => <p>{words.endMeans}</p>}
    </ActDialog>
  )
}
