import { CallError, call } from '../../lib/call.ts'
import { leaveFor } from '../../lib/errand.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, useAsked } from '../../parts/index.ts'
import type { BegunErrand, CompanyErrand, Issuers } from '../answers.ts'
import { useWords } from '../words/index.ts'
import type { OwnErrand } from './own-errand.ts'

type Ways = { readonly aim: 'sign-in' | 'sign-up'; readonly next: string }

/** A button for each issuer that is offered, and what it learns; nothing where none is. */
export function IssuerButtons({ aim, next }: Ways) {
  const words = useWords().issuers
  const { data } = useAsked<Issuers>('/api/auth/issuers')
  const go = useErrand()
  if (data === undefined || data.data.length === 0) return null
  return (
    <>
      {data.data.map(({ id, name }) => (
        <button key={id} type="button" disabled={go.isRunning} onClick={() => void go.run({ issuer: id, aim, next })}>
          {words.goOn(name)}
        </button>
      ))}
      {aim === 'sign-up' && <p className="faint">{words.note(data.data.map(({ name }) => name).join(', '))}</p>}
      {go.error !== undefined && <Failed error={go.error} />}
    </>
  )
}

const BEGINS = { link: '/api/auth/identities/begin', proof: '/api/auth/proof/issuer/begin' } as const

/** Goes to an issuer; the tab keeps what for. */
export function useErrand() {
  const words = useWords().issuers
  return useAct(async ({ next, acting, ...asked }: Omit<OwnErrand, 'step'>) => {
    const { aim, issuer } = asked
    const isSignedIn = aim === 'link' || aim === 'proof'
    const { step, url } = await call<BegunErrand>(isSignedIn ? BEGINS[aim] : '/api/auth/issuers/begin', {
      method: 'POST',
      body: isSignedIn ? { issuer } : { issuer, aim },
    })
    const errand: OwnErrand = { ...asked, step, next, ...(acting === undefined ? {} : { acting }) }
    if (!leaveFor(errand, url)) throw new CallError({ code: 'broken', message: words.broken, status: 0 })
  })
}

/** Goes to the issuer of the team that an e-mail's domain is of; of the e-mail nothing else is sent. */
export function useCompany() {
  const words = useWords().issuers
  return useAct(async ({ email, aim, next }: { readonly email: string; readonly aim: 'sign-in' | 'link'; readonly next: string }) => {
    const body = { domain: email.slice(email.lastIndexOf('@') + 1) }
    const path = aim === 'link' ? '/api/auth/company/link' : '/api/auth/company/begin'
    const { issuer, step, url } = await call<CompanyErrand>(path, { method: 'POST', body })
    const errand: OwnErrand = { issuer, aim, step, next }
    if (!leaveFor(errand, url)) throw new CallError({ code: 'broken', message: words.broken, status: 0 })
  })
}
