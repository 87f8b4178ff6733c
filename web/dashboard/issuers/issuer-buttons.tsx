import { CallError, call } from '../../lib/call.ts'
import { leaveFor } from '../../lib/errand.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, useAsked } from '../../parts/index.ts'
import type { BegunErrand, Issuers } from '../answers.ts'
import { useWords } from '../words/index.ts'
import type { OwnErrand } from './own-errand.ts'

type Ways = { readonly aim: 'sign-in' | 'sign-up'; readonly next: string; readonly isAgain?: boolean }

/** A button for each issuer that is offered, and what it learns; nothing where none is. */
export function IssuerButtons({ aim, next, isAgain = false }: Ways) {
  const words = useWords().issuers
  const { data } = useAsked<Issuers>('/api/auth/issuers')
  const go = useErrand()
  if (data === undefined || data.data.length === 0) return null
  return (
    <>
      {data.data.map(({ id, name }) => (
        <button key={id} type="button" disabled={go.isRunning} onClick={() => void go.run({ issuer: id, aim, next })}>
          {isAgain ? words.again(name) : words.goOn(name)}
        </button>
      ))}
      {aim === 'sign-up' && <p className="faint">{words.note(data.data.map(({ name }) => name).join(', '))}</p>}
      {go.error !== undefined && <Failed error={go.error} />}
    </>
  )
}

/** Goes to an issuer; the tab keeps what for. */
export function useErrand() {
  const words = useWords().issuers
  return useAct(async ({ next, ...asked }: Omit<OwnErrand, 'step'>) => {
    const isLink = asked.aim === 'link'
    const { step, url } = await call<BegunErrand>(isLink ? '/api/auth/identities/begin' : '/api/auth/issuers/begin', {
      method: 'POST',
      body: isLink ? { issuer: asked.issuer } : asked,
    })
    const errand: OwnErrand = { ...asked, step, next }
    if (!leaveFor(errand, url)) throw new CallError({ code: 'broken', message: words.broken, status: 0 })
  })
}
