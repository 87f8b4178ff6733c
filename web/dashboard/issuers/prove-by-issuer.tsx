import { Failed, useAsked } from '../../parts/index.ts'
import type { Identities, Issuers } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { useErrand } from './issuer-buttons.tsx'
import { isTeams } from './own-errand.ts'

/** For who has no other way in: a button for each issuer that they are linked with. One that does not say when somebody signed in to it signs them in again. */
export function ProveByIssuer() {
  const words = useWords().issuers
  const { data: issuers } = useAsked<Issuers>('/api/auth/issuers')
  const { data: linked } = useAsked<Identities>('/api/auth/identities')
  const go = useErrand()
  const next = window.location.pathname
  const isProof = (id: string) => isTeams(id) || issuers?.data.find((one) => one.id === id)?.is_proof === true
  return (
    <>
      <p>{words.alone}</p>
      {linked?.data.map(({ id, issuer, name }) => (
        <button
          key={id}
          type="button"
          disabled={go.isRunning || issuers === undefined}
          onClick={() => void go.run({ issuer, aim: isProof(issuer) ? 'proof' : 'sign-in', next })}
        >
          {words.again(name ?? issuer)}
        </button>
      ))}
      {go.error !== undefined && <Failed error={go.error} />}
    </>
  )
}
