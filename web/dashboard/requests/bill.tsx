import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { call as ask, CallError } from '../../lib/call.ts'
import { canonicalJson, type Plain, type Receipt } from '../../lib/receipt/index.ts'
import { Dialog, Failed, Notice, useAsked, Waiting } from '../../parts/index.ts'
import type { OwnCall, OwnKey } from '../answers.ts'
import { SaveButton } from '../save-button.tsx'
import { useWords } from '../words/index.ts'
import { BillLines } from './bill-lines.tsx'
import { CheckedReceipt } from './checked-receipt.tsx'
import { paysOf } from './pays.ts'

const SIGNED_MS = 1_000
const TRIES = 20

/** The bill of one call, line by line, and its receipt, checked here. */
export function Bill({ id, call, onClose }: { readonly id: string; readonly call: OwnCall | undefined; readonly onClose: () => void }) {
  const words = useWords().requests.bill
  const path = `/api/receipts/${encodeURIComponent(id)}`
  const { data, error, failureReason } = useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => ask<Receipt>(path, { signal }),
    retry: (tries, thrown) => tries < TRIES && thrown instanceof CallError && thrown.code === 'receipt_unsigned',
    retryDelay: SIGNED_MS,
  })
  return (
    <Dialog title={words.title} onClose={onClose} isWide>
      {data === undefined && error === null && (failureReason === null ? <Waiting /> : <Notice>{words.unsigned}</Notice>)}
      {error !== null && <Failed error={error} />}
      {data !== undefined && <Opened receipt={data} call={call} />}
      <div className="answers">
        {data !== undefined && (
          <SaveButton
            label={words.download}
            name={`receipt-${data.call.request_id}.json`}
            type="application/json"
            text={() => canonicalJson(data as Plain)}
          />
        )}
        <button type="button" onClick={onClose}>
          {words.close}
        </button>
      </div>
    </Dialog>
  )
}

function Opened({ receipt, call }: { readonly receipt: Receipt; readonly call: OwnCall | undefined }) {
  return (
    <>
      <About receipt={receipt} call={call} />
      <BillLines receipt={receipt} />
      <CheckedReceipt receipt={receipt} />
    </>
  )
}

/** Which call it was, and how it ended, in words. */
function About({ receipt: { call: told }, call }: { readonly receipt: Receipt; readonly call: OwnCall | undefined }) {
  const { bill, ...words } = useWords().requests
  const { data: keys } = useAsked<readonly OwnKey[]>('/api/keys')
  const key = keys?.find(({ id }) => id === told.key_id)
  const isBegun = told.version === 2 ? told.stage === 'begun' : told.usage['output'] > 0
  const pays = paysOf({ outcome: told.outcome, usage_source: told.usage_source, isBegun })
  return (
    <>
      <p>
        <strong>{words.meanings[told.outcome]}</strong> {words.pays[pays]}
      </p>
      <dl className="facts">
        <Fact name={bill.request}>
          <code>{told.request_id}</code>
        </Fact>
        <Fact name={words.at}>
          <time dateTime={told.started_at}>{told.started_at.replace('T', ' ').replace('Z', ' UTC')}</time>
        </Fact>
        <Fact name={words.model}>{told.model}</Fact>
        <Fact name={bill.route}>{told.route === null ? bill.nobody : `${told.route.upstream} · ${told.route.model}`}</Fact>
        <Fact name={words.key}>{key?.name ?? `${told.key_id.slice(0, 8)}…`}</Fact>
        {call !== undefined && (
          <Fact name={bill.took}>
            {words.ms(call.latency_ms)}
            {call.first_byte_ms !== null && <span className="faint"> · {bill.first(words.ms(call.first_byte_ms))}</span>}
          </Fact>
        )}
      </dl>
    </>
  )
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
