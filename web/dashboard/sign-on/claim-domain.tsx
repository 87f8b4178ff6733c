import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { OneFieldDialog } from '../../parts/index.ts'
import type { TeamDomain } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { DomainRecord } from './domain-record.tsx'
import { SIGN_ON } from './path.ts'

/** Claims a mail domain, and shows the record that it is shown by. */
export function ClaimDomain({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().signOn
  const client = useQueryClient()
  const [claimed, setClaimed] = useState<TeamDomain>()
  const claim = useAct(async (domain: string, once) => {
    setClaimed(await call<TeamDomain>(`${SIGN_ON}/domains`, { method: 'POST', body: { domain }, once }))
    await client.invalidateQueries({ queryKey: [SIGN_ON] })
  })
  if (claimed !== undefined) return <DomainRecord domain={claimed} onClose={onClose} />
  return (
    <OneFieldDialog
      {...{ title: words.claim, act: claim, actWord: words.claimAct, member: 'domain', onClose }}
      label={words.domain}
      hint={words.domainHint}
      name="domain"
      required
      spellCheck={false}
      onChange={claim.clear}
    >
      <p className="faint">{words.claimMeans}</p>
    </OneFieldDialog>
  )
}
