import { useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Field, usePartWords } from '../../parts/index.ts'
import type { Passkeys } from '../answers.ts'
import { useWords } from '../words/index.ts'

const NAME_MAX = 64

/** Gives a passkey another name. */
export function RenamePasskey({ passkey, onClose }: { readonly passkey: Passkeys['data'][number]; readonly onClose: () => void }) {
  const words = useWords().security
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const rename = useAct(async (name: string) => {
    await call(`/api/auth/passkeys/${passkey.id}`, { method: 'PATCH', body: { name } })
    onClose()
    await client.invalidateQueries({ queryKey: ['/api/auth/passkeys'] })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void rename.run(textIn(event.currentTarget, 'passkey_name'))
  }
  return (
    <Dialog title={words.renameTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <Field
          label={words.name}
          hint={words.renameHint}
          name="passkey_name"
          defaultValue={passkey.name ?? ''}
          maxLength={NAME_MAX}
          required
          autoFocus
          wrong={rename.error?.field === 'name' ? rename.error.message : undefined}
        />
        {rename.error !== undefined && rename.error.field !== 'name' && <Failed error={rename.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="main" disabled={rename.isRunning}>
            {words.renameAct}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
