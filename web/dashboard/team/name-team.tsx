import { useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Field, usePartWords } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

const NAME_MAX = 40

/** Names the team, or takes its name away. */
export function NameTeam({ team, onClose }: { readonly team: string | null; readonly onClose: () => void }) {
  const words = useWords().team
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const rename = useAct(async (name: string) => {
    await call('/api/team', { method: 'PUT', body: { name: name === '' ? null : name } })
    onClose()
    await client.invalidateQueries({ queryKey: ['/api/auth/me'] })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void rename.run(textIn(event.currentTarget, 'team_name'))
  }
  const isBeside = rename.error?.field === 'name'
  return (
    <Dialog title={words.nameTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <Field
          label={words.nameLabel}
          hint={words.nameHint}
          name="team_name"
          defaultValue={team ?? ''}
          maxLength={NAME_MAX}
          autoFocus
          wrong={isBeside ? rename.error?.message : undefined}
        />
        {rename.error !== undefined && !isBeside && <Failed error={rename.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="main" disabled={rename.isRunning}>
            {words.nameAct}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
