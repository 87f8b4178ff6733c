import { useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Choice, Dialog, Failed, Field, usePartWords } from '../../parts/index.ts'
import type { Member } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { nameOfMember } from './about-member.ts'
import { RoleChoice } from './role-choice.tsx'

/** Changes the role of a member, and what the keys they made may spend; what is left as it is is not sent. */
export function ChangeMember({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) {
  const words = useWords().team
  const { cancel } = usePartWords()
  const { account } = useSession()
  const client = useQueryClient()
  const act = useAct(async (body: Readonly<Record<string, unknown>>) => {
    if (Object.keys(body).length > 0) await call(`/api/team/members/${member.id}`, { method: 'PATCH', body })
    onClose()
    await client.invalidateQueries()
  })
  const change = useProven(act)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = (name: string) => textIn(event.currentTarget, name)
    change.run({ ...changedRole(member, typed('role')), ...changedCap(member, { amount: typed('amount'), window: typed('window') }) })
  }
  const field = change.error?.field
  const isOfCap = field?.startsWith('cap') === true || field === 'amount'
  return (
    <>
      <Dialog title={words.changeTitle(nameOfMember(member, words.numbered))} onClose={onClose}>
        <form onSubmit={submit}>
          {member.isOpener ? (
            <p className="faint">{words.staysOwner}</p>
          ) : (
            <RoleChoice
              isOwner={account.role === 'owner'}
              first={member.role}
              wrong={field === 'role' ? change.error?.message : undefined}
            />
          )}
          <div className="pair">
            <Field
              label={words.capAmount}
              hint={words.capHint}
              name="amount"
              inputMode="decimal"
              defaultValue={member.cap?.amount ?? ''}
              wrong={isOfCap ? change.error?.message : undefined}
            />
            <Choice label={words.capWindow} name="window" defaultValue={member.cap?.window ?? 'month'}>
              {Object.entries(words.windows).map(([window, shown]) => (
                <option key={window} value={window}>
                  {shown}
                </option>
              ))}
            </Choice>
          </div>
          {change.error !== undefined && field !== 'role' && !isOfCap && <Failed error={change.error} />}
          <div className="answers">
            <button type="button" onClick={onClose}>
              {cancel}
            </button>
            <button type="submit" className="main" disabled={act.isRunning}>
              {words.changeAct}
            </button>
          </div>
        </form>
      </Dialog>
      {change.dialog}
    </>
  )
}

const changedRole = ({ role }: Member, typed: string) => (typed === '' || typed === role ? {} : { role: typed })

function changedCap({ cap }: Member, { amount, window }: { readonly amount: string; readonly window: string }) {
  if (amount === '') return cap === null ? {} : { cap: null }
  return cap?.amount === amount && cap.window === window ? {} : { cap: { amount, window } }
}
