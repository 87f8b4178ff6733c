import { useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { call } from '../../lib/call.ts'
import { secretIn, textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Choice, Dialog, Failed, Field, usePartWords } from '../../parts/index.ts'
import type { TeamSignOn } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useWords } from '../words/index.ts'
import { SIGN_ON } from './path.ts'

const ROLES = ['viewer', 'billing', 'developer', 'admin'] as const

/** Sets or changes the issuer of a team; it is asked at once what it says of itself. */
export function IssuerForm({ signOn, onClose }: { readonly signOn: TeamSignOn; readonly onClose: () => void }) {
  const { issuer } = signOn
  const words = useWords().signOn
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const set = useProven(
    useAct(async (body: Readonly<Record<string, unknown>>) => {
      await call(`${SIGN_ON}/issuer`, { method: 'PUT', body })
      onClose()
      await client.invalidateQueries({ queryKey: [SIGN_ON] })
    }),
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const secret = secretIn(form, 'client_secret')
    set.run({
      ...{ issuer: textIn(form, 'issuer'), clientId: textIn(form, 'client_id'), defaultRole: textIn(form, 'role') },
      ...{ required: textIn(form, 'required') === 'on', ...(secret === '' ? {} : { clientSecret: secret }) },
    })
  }
  const wrongOf = (field: string) => (set.error?.field === field ? set.error.message : undefined)
  const isElsewhere = set.error !== undefined && !['issuer', 'clientId', 'clientSecret'].includes(set.error.field ?? '')
  return (
    <>
      <Dialog title={issuer === null ? words.issuerSet : words.issuer} onClose={onClose} isFirm>
        <form onSubmit={submit}>
          <Field
            label={words.issuer}
            hint={words.issuerHint}
            name="issuer"
            type="url"
            defaultValue={issuer?.issuer ?? 'https://'}
            required
            autoFocus
            wrong={wrongOf('issuer')}
          />
          <Field label={words.clientId} name="client_id" defaultValue={issuer?.clientId ?? ''} required wrong={wrongOf('clientId')} />
          <Field
            label={words.clientSecret}
            hint={issuer?.hasSecret === true ? words.secretStays : words.secretHint}
            name="client_secret"
            type="password"
            autoComplete="off"
            wrong={wrongOf('clientSecret')}
          />
          <RoleAndDuty signOn={signOn} />
          <p className="faint">{words.required}</p>
          {issuer === null && <p className="faint">{words.returnLater}</p>}
          {isElsewhere && <Failed error={set.error} />}
          <div className="answers">
            <button type="button" onClick={onClose}>
              {cancel}
            </button>
            <button type="submit" className="main">
              {words.save}
            </button>
          </div>
        </form>
      </Dialog>
      {set.dialog}
    </>
  )
}

/** As what members join, and whether they have to come this way. */
function RoleAndDuty({ signOn: { issuer, domains } }: { readonly signOn: TeamSignOn }) {
  const words = useWords().signOn
  const { roles } = useWords().team
  return (
    <>
      <Choice label={words.role} name="role" defaultValue={issuer?.defaultRole ?? 'developer'}>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {roles[role]}
          </option>
        ))}
      </Choice>
      <label className="check">
        <input
          type="checkbox"
          name="required"
          defaultChecked={issuer?.required === true}
          disabled={domains.every(({ verifiedAt }) => verifiedAt === null)}
        />{' '}
        {words.requiredLabel}
      </label>
    </>
  )
}
