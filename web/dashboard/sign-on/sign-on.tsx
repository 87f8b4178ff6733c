import { useState } from 'react'
import { Asked, Empty, Section } from '../../parts/index.ts'
import type { TeamSignOn } from '../answers.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { ClaimDomain } from './claim-domain.tsx'
import { Domains } from './domains.tsx'
import { SIGN_ON } from './path.ts'
import { TeamIssuer } from './team-issuer.tsx'

/** How members come in by their company: nothing where the house does not offer it and nothing is set up. */
export function SignOn() {
  return (
    <Asked<TeamSignOn> path={SIGN_ON}>
      {(signOn) => (signOn.offered || signOn.issuer !== null || signOn.domains.length > 0 ? <SetUp signOn={signOn} /> : null)}
    </Asked>
  )
}

function SetUp({ signOn }: { readonly signOn: TeamSignOn }) {
  const words = useWords().signOn
  const may = useMay()
  const [isClaiming, setClaiming] = useState(false)
  const claim = may('run') && signOn.offered && (
    <button type="button" onClick={() => setClaiming(true)}>
      {words.claim}
    </button>
  )
  return (
    <Section title={words.title} acts={signOn.domains.length > 0 && claim}>
      <p className="faint">{words.lead}</p>
      {signOn.domains.length === 0 ? (
        <Empty>
          <span>{may('run') ? words.none : words.mayNot}</span>
          {claim}
        </Empty>
      ) : (
        <Domains domains={signOn.domains} />
      )}
      {(signOn.domains.length > 0 || signOn.issuer !== null) && <TeamIssuer signOn={signOn} />}
      {isClaiming && <ClaimDomain onClose={() => setClaiming(false)} />}
    </Section>
  )
}
