import { useAct } from '../../lib/use-act.ts'
import { Failed, useAsked } from '../../parts/index.ts'
import type { Issuers, OperatorIdentities } from '../answers.ts'
import { leaveForIssuer } from '../issuers/own-errand.ts'
import { useWords } from '../words/index.ts'

/** For an operator who has no other way in: a button for each issuer that they are linked with and that says when somebody signed in to it. */
export function ProveByIssuer() {
  const words = useWords().proof
  const { keptNothing } = useWords().issuers
  const { data: issuers } = useAsked<Issuers>('/operator/auth/issuers')
  const { data: linked } = useAsked<OperatorIdentities>('/operator/auth/identities')
  const next = window.location.pathname.replace(/^\/console/, '') || '/'
  const go = useAct(async (issuer: string) => await leaveForIssuer({ issuer, kind: 'proof', next }, keptNothing))
  const proofs = issuers?.data.filter(({ id, is_proof: isProof }) => isProof && linked?.data.some(({ issuer }) => issuer === id)) ?? []
  return (
    <>
      {proofs.map(({ id, name }) => (
        <button key={id} type="button" disabled={go.isRunning} onClick={() => void go.run(id)}>
          {words.byIssuer(name)}
        </button>
      ))}
      <span className="faint">{proofs.length > 0 ? words.comesBack : words.noProof}</span>
      {go.error !== undefined && <Failed error={go.error} />}
    </>
  )
}
