import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { call } from '../../lib/call.ts'
import { type Arrival, readArrival } from '../../lib/errand.ts'
import { useAct } from '../../lib/use-act.ts'
import { CopyButton, Failed, Notice, useAsked } from '../../parts/index.ts'
import type { Issuers, OperatorJoined } from '../answers.ts'
import { Door } from '../door.tsx'
import { type OperatorErrand, OWN_ERRANDS } from '../issuers/own-errand.ts'
import { safeNext } from '../session.tsx'
import { useWords } from '../words/index.ts'

/** Where an issuer sends an operator's browser back to: what it came with is shown to the server once, with what this tab kept. */
export function IssuerReturnPage() {
  const { issuer = '' } = useParams({ strict: false })
  const words = useWords().issuers
  const { data } = useAsked<Issuers>('/operator/auth/issuers')
  const name = data?.data.find(({ id }) => id === issuer)?.name ?? issuer
  const [arrival] = useState(() => readArrival<OperatorErrand>(issuer))
  if (arrival.kind === 'returned') return <Arrived arrival={arrival} name={name} />
  return (
    <Door title={words.title(name)}>
      <Notice kind="loss">
        <span>{arrival.kind === 'refused' ? words.refused(name) : words.unasked}</span>
      </Notice>
      <OtherWay />
    </Door>
  )
}

type Came = { readonly arrival: Extract<Arrival<OperatorErrand>, { readonly kind: 'returned' }>; readonly name: string }

function Arrived({ arrival: { errand, returned }, name }: Came) {
  const words = useWords().issuers
  const navigate = useNavigate()
  const client = useQueryClient()
  const [codes, setCodes] = useState<readonly string[]>()
  const enter = () => {
    client.clear()
    void navigate({ to: safeNext(errand.next), replace: true })
  }
  const end = useAct(async () => {
    const { next: _, kind, ...kept } = errand
    if (kind !== undefined) {
      await call(OWN_ERRANDS[kind].end, { method: 'POST', body: { ...kept, ...returned } })
      return enter()
    }
    const { recovery_codes: told } = await call<OperatorJoined>('/operator/auth/issuers/end', {
      method: 'POST',
      body: { ...kept, ...returned },
    })
    if (told.length > 0) setCodes(told)
    else enter()
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what a tab came back with is shown once
  useEffect(() => void end.run(), [])
  if (codes !== undefined)
    return (
      <Door title={words.codesTitle}>
        <p>{words.codesMean(name)}</p>
        <pre>{codes.join('\n')}</pre>
        <CopyButton text={codes.join('\n')} />
        <button type="button" className="main" onClick={enter}>
          {words.codesKept}
        </button>
      </Door>
    )
  if (end.error === undefined)
    return (
      <Door title={words.title(name)}>
        <p role="status">{words.waiting}</p>
      </Door>
    )
  return (
    <Door title={words.title(name)}>
      {end.error.code === 'operator_sign_in_failed' ? (
        <Notice kind="loss">
          <span>{words.stranger(name)}</span>
        </Notice>
      ) : (
        <Failed error={end.error} />
      )}
      <OtherWay />
    </Door>
  )
}

const OtherWay = () => (
  <a className="button" href="/console/sign-in">
    {useWords().issuers.otherWay}
  </a>
)
