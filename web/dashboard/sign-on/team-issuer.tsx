import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Secret, Tag, usePartWords } from '../../parts/index.ts'
import type { TeamSignOn } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { IssuerForm } from './issuer-form.tsx'
import { SIGN_ON } from './path.ts'

/** The issuer that signs members in: which it is, what is registered with it, how to change it and take it away. */
export function TeamIssuer({ signOn }: { readonly signOn: TeamSignOn }) {
  const words = useWords().signOn
  const { roles } = useWords().team
  const may = useMay()
  const [isOpen, setOpen] = useState<'change' | 'drop'>()
  const { issuer } = signOn
  const acts = may('run') && (
    <div className="row">
      {signOn.offered && (
        <button type="button" className={issuer === null ? 'main' : ''} onClick={() => setOpen('change')}>
          {issuer === null ? words.issuerSet : words.issuerChange}
        </button>
      )}
      {issuer !== null && (
        <button type="button" className="plain grave" onClick={() => setOpen('drop')}>
          {words.drop}
        </button>
      )}
    </div>
  )
  return (
    <>
      {issuer !== null && (
        <div className="card">
          <span className="name">{words.issuer}</span>
          <span>
            <code>{issuer.issuer}</code> <Tag>{issuer.required ? words.isRequired : words.isOptional}</Tag>
          </span>
          <span className="note">
            {words.clientId}: <code>{issuer.clientId}</code> · {words.role} {roles[issuer.defaultRole]}
          </span>
          <span className="note">{words.returnHint}</span>
          <Secret text={issuer.returnTo} />
        </div>
      )}
      {acts}
      {isOpen === 'change' && <IssuerForm signOn={signOn} onClose={() => setOpen(undefined)} />}
      {isOpen === 'drop' && <DropIssuer onClose={() => setOpen(undefined)} />}
    </>
  )
}

function DropIssuer({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().signOn
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const drop = useProven(
    useAct(async () => {
      await call(`${SIGN_ON}/issuer`, { method: 'DELETE' })
      onClose()
      await client.invalidateQueries({ queryKey: [SIGN_ON] })
    }),
  )
  return (
    <>
      <Dialog title={words.dropTitle} onClose={onClose}>
        <p>{words.dropMeans}</p>
        {drop.error !== undefined && <Failed error={drop.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="button" className="grave" onClick={() => drop.run(undefined)}>
            {words.dropAct}
          </button>
        </div>
      </Dialog>
      {drop.dialog}
    </>
  )
}
