import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { call } from '../../lib/call.ts'
import { type Arrival, readArrival } from '../../lib/errand.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Notice, useAsked } from '../../parts/index.ts'
import { useActing } from '../acting.tsx'
import type { Issuers, SignInAnswer } from '../answers.ts'
import { Door } from '../door.tsx'
import { useErrand } from '../issuers/issuer-buttons.tsx'
import { isTeams, type OwnErrand } from '../issuers/own-errand.ts'
import { safeNext, useForget } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { SecondStep } from './second-step.tsx'

type Step = Extract<SignInAnswer, { readonly signed_in: false }>

/** Where an issuer sends a browser back to: what it came with is shown to the server once, with what this tab kept. */
export function IssuerReturnPage() {
  const { issuer = '' } = useParams({ strict: false })
  const words = useWords().issuers
  const { data } = useAsked<Issuers>('/api/auth/issuers')
  const name = isTeams(issuer) ? words.company : (data?.data.find(({ id }) => id === issuer)?.name ?? issuer)
  const [arrival] = useState(() => readArrival<OwnErrand>(issuer))
  return (
    <Door title={words.title(name)}>
      {arrival.kind === 'returned' ? <Arrived arrival={arrival} name={name} /> : <NotArrived arrival={arrival} name={name} />}
    </Door>
  )
}

function NotArrived({ arrival, name }: { readonly arrival: Arrival<OwnErrand>; readonly name: string }) {
  const words = useWords().issuers
  return (
    <>
      <Notice kind="loss">
        <span>{arrival.kind === 'refused' ? words.refused(name) : words.broken}</span>
      </Notice>
      <Onward errand={arrival.kind === 'unasked' ? undefined : arrival.errand} />
    </>
  )
}

/** Where to go on when it did not come to anything. */
function Onward({ errand }: { readonly errand: OwnErrand | undefined }) {
  const words = useWords().issuers
  const isLink = errand?.aim === 'link' || errand?.aim === 'proof'
  return (
    <a className="button" href={isLink ? '/dashboard/security' : '/sign-in'}>
      {isLink ? words.toSecurity : words.otherWay}
    </a>
  )
}

type Came = { readonly arrival: Extract<Arrival<OwnErrand>, { readonly kind: 'returned' }>; readonly name: string }

function Arrived({ arrival: { errand, returned }, name }: Came) {
  const words = useWords().issuers
  const [step, setStep] = useState<Step>()
  const enter = useEnter(errand)
  const end = useAct(async () => {
    const { aim, issuer, step: kept } = errand
    const shown = { issuer, step: kept, ...returned }
    if (aim === 'link' || aim === 'proof') {
      await call(aim === 'link' ? '/api/auth/identities' : '/api/auth/proof/issuer', { method: 'POST', body: shown })
      return enter()
    }
    const answer = await call<SignInAnswer>('/api/auth/issuers/end', { method: 'POST', body: { ...shown, aim } })
    if (answer.signed_in) enter(answer.account)
    else setStep(answer)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what a tab came back with is shown once
  useEffect(() => void end.run(), [])
  const again = useErrand()
  if (step !== undefined) return <SecondStep step={step} onDone={enter} onBack={() => window.location.assign('/sign-in')} />
  if (end.error === undefined) return <p role="status">{words.waiting}</p>
  const { code } = end.error
  return (
    <>
      {code === 'identity_unlinked' ? (
        <>
          <p>{words.unlinked(name)}</p>
          <button
            type="button"
            className="main"
            disabled={again.isRunning}
            onClick={() => void again.run({ issuer: errand.issuer, aim: 'sign-up', next: errand.next })}
          >
            {words.open(name)}
          </button>
        </>
      ) : code === 'identity_email_known' ? (
        <p>{isTeams(errand.issuer) ? words.companyKnown : words.known}</p>
      ) : (
        <Failed error={end.error} />
      )}
      {again.error !== undefined && <Failed error={again.error} />}
      <Onward errand={errand} />
    </>
  )
}

/** Goes on to where the person wanted to be. */
function useEnter({ aim, next, acting }: OwnErrand): (account?: string) => void {
  const navigate = useNavigate()
  const forget = useForget()
  const { choose } = useActing()
  return (account = acting) => {
    forget()
    if (account !== undefined) choose(account)
    void navigate({ to: aim === 'link' ? '/dashboard/security' : safeNext(next), replace: true })
  }
}
