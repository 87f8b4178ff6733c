import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Field, usePartWords } from '../../parts/index.ts'
import type { TeamDomain } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { DomainRecord } from './domain-record.tsx'
import { SIGN_ON } from './path.ts'

/** Claims a mail domain, and shows the record that it is shown by. */
export function ClaimDomain({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().signOn
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const [claimed, setClaimed] = useState<TeamDomain>()
  const claim = useAct(async (domain: string, once) => {
    setClaimed(await call<TeamDomain>(`${SIGN_ON}/domains`, { method: 'POST', body: { domain }, once }))
    await client.invalidateQueries({ queryKey: [SIGN_ON] })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void claim.run(textIn(event.currentTarget, 'domain'))
  }
  if (claimed !== undefined) return <DomainRecord domain={claimed} onClose={onClose} />
  const isOfDomain = claim.error?.field === 'domain'
  return (
    <Dialog title={words.claim} onClose={onClose}>
      <form onSubmit={submit}>
        <Field
          label={words.domain}
          hint={words.domainHint}
          name="domain"
          required
          autoFocus
          spellCheck={false}
          onChange={claim.clear}
          wrong={isOfDomain ? claim.error?.message : undefined}
        />
        <p className="faint">{words.claimMeans}</p>
        {claim.error !== undefined && !isOfDomain && <Failed error={claim.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="main" disabled={claim.isRunning}>
            {words.claimAct}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
