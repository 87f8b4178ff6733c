import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { ShownOnce } from '../../parts/index.ts'
import type { MadeOperator } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import { NameField, RoleField } from './name-and-role.tsx'

/** Gives a program a token of its own, which is shown once. */
export function MakeToken({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().operators
  const [made, setMade] = useState<MadeOperator>()
  if (made !== undefined)
    return (
      <ShownOnce title={words.madeTitle(made.name)} secret={made.secret} kept={words.madeKept} onKept={onClose}>
        {words.madeMeans}
      </ShownOnce>
    )
  return (
    <ActDialog
      title={words.make}
      act={words.makeAct}
      fields={['name', 'role']}
      onClose={onClose}
      onDone={() => undefined}
      run={async ({ name, role }, once) =>
        setMade(await call<MadeOperator>('/operator/v1/operators', { method: 'POST', body: { name, role }, once }))
      }
    >
      {(wrong) => (
        <>
          <p>{words.makeIs}</p>
          <NameField wrong={wrong} />
          <RoleField first="read-only" wrong={wrong} />
        </>
      )}
    </ActDialog>
  )
}
