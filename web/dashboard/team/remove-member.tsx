import { useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, usePartWords } from '../../parts/index.ts'
import type { Member } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { nameOfMember } from './about-member.ts'

/** Takes somebody out of the account; their keys end, unless they are to stay. */
export function RemoveMember({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) {
  const words = useWords().team
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const who = nameOfMember(member, words.numbered)
  const remove = useAct(async (keeps: string) => {
    await call(`/api/team/members/${member.id}${keeps === 'keep' ? '?keep_keys=true' : ''}`, { method: 'DELETE' })
    onClose()
    await client.invalidateQueries()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void remove.run(textIn(event.currentTarget, 'keys'))
  }
  return (
    <Dialog title={words.removeTitle(who)} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{words.removeMeans}</p>
        <fieldset>
          <label className="choice">
            <input type="radio" name="keys" value="end" defaultChecked /> {words.endKeys}
          </label>
          <label className="choice">
            <input type="radio" name="keys" value="keep" /> {words.keepKeys}
          </label>
        </fieldset>
        {remove.error !== undefined && <Failed error={remove.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="grave" disabled={remove.isRunning}>
            {words.removeAct(who)}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
