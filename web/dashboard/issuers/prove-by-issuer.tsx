import { Failed, useAsked } from '../../parts/index.ts'
import type { Identities, Issuers } from '../answers.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { useErrand } from './issuer-buttons.tsx'
import { isTeams } from './own-errand.ts'

/** For who has no other way in: a button for each issuer that they are linked with. One that does not say when somebody signed in to it signs them in again. */
export function ProveByIssuer() {
  const words = useWords().issuers
  const { data: issuers } = useAsked<Issuers>('/api/auth/issuers')
  const linked = useLinked()
  const go = useErrand()
  const next = window.location.pathname
  const isProof = (id: string) => isTeams(id) || issuers?.data.find((one) => one.id === id)?.is_proof === true
  return (
    <>
      <p>{words.alone}</p>
      {linked.map(({ id, issuer, name }) => (
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

/** What somebody is linked with; of who is confined to a team nothing but its issuer is told. */
function useLinked(): readonly Pick<Identities['data'][number], 'id' | 'issuer' | 'name'>[] {
  const { company } = useWords().issuers
  const { confined_to: confined } = useSession()
  const { data } = useAsked<Identities>('/api/auth/identities', { isWanted: confined === null })
  if (confined === null) return data?.data ?? []
  return confined.issuer === null ? [] : [{ id: confined.issuer, issuer: confined.issuer, name: company }]
}
