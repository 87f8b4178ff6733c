import { CallError, call } from '../../lib/call.ts'
import { leaveFor } from '../../lib/errand.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, useAsked } from '../../parts/index.ts'
import type { BegunErrand, Issuers } from '../answers.ts'
import { useWords } from '../words/index.ts'
import type { OperatorErrand } from './own-errand.ts'

/** A button for each issuer that operators are offered; nothing where none is. With an invitation it is joined by one. */
export function IssuerButtons({ next, invitation }: { readonly next: string; readonly invitation?: string }) {
  const words = useWords().issuers
  const { data } = useAsked<Issuers>('/operator/auth/issuers')
  const go = useAct(async (issuer: string) => {
    const asked = { issuer, ...(invitation === undefined ? {} : { invitation }) }
    const { step, url } = await call<BegunErrand>('/operator/auth/issuers/begin', { method: 'POST', body: asked })
    const errand: OperatorErrand = { ...asked, step, next }
    if (!leaveFor(errand, url)) throw new CallError({ code: 'broken', message: words.keptNothing, status: 0 })
  })
  if (data === undefined || data.data.length === 0) return null
  return (
    <>
      <span className="or">{words.or}</span>
      {data.data.map(({ id, name }) => (
        <button key={id} type="button" disabled={go.isRunning} onClick={() => void go.run(id)}>
          {invitation === undefined ? words.goOn(name) : words.join(name)}
        </button>
      ))}
      {go.error !== undefined && <Failed error={go.error} />}
    </>
  )
}
