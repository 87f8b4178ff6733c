import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { hasPasskeys, makePasskey } from '../../lib/passkey.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Empty, Failed, List, Section, When } from '../../parts/index.ts'
import type { Passkeys, RecoveryCodes } from '../answers.ts'
import { RenamePasskey } from '../passkeys/rename-passkey.tsx'
import { useProven } from '../prove.tsx'
import { useWords } from '../words/index.ts'
import { KeepCodes } from './keep-codes.tsx'

const PATH = '/api/auth/passkeys'

/** Passkeys: made, listed, taken away. */
export function PasskeySection() {
  const words = useWords().security
  const client = useQueryClient()
  const [codes, setCodes] = useState<readonly string[]>([])
  const [renaming, setRenaming] = useState<Passkeys['data'][number]>()
  const add = useProven(
    useAct(async (name: string) => {
      const passkey = await makePasskey(await call(`${PATH}/options`, { method: 'POST' }))
      const told = await call<RecoveryCodes>(PATH, { method: 'POST', body: { name, passkey } })
      setCodes(told.recovery_codes)
      await client.invalidateQueries()
    }),
  )
  const remove = useProven(
    useAct(async (id: string) => {
      await call(`${PATH}/${id}`, { method: 'DELETE' })
      await client.invalidateQueries()
    }),
  )
  return (
    <Section
      title={words.passkeys}
      acts={
        hasPasskeys() && (
          <button type="button" onClick={() => add.run(words.passkeyName(new Date().toISOString().slice(0, 10)))}>
            {words.addPasskey}
          </button>
        )
      }
    >
      <Asked<Passkeys> path={PATH}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.noPasskeys}</Empty>
          ) : (
            <List
              caption={words.passkeys}
              entries={data}
              keyOf={({ id }) => id}
              columns={[
                { head: words.name, cell: ({ name }) => name ?? '—' },
                { head: words.since, cell: ({ created_at: at }) => <When at={at} isDay /> },
                {
                  head: words.usedOn,
                  cell: ({ used_on: day }) => (day === null ? words.neverUsed : <When at={day} isDay />),
                },
                {
                  head: words.act,
                  isActs: true,
                  cell: (passkey) => <Acts onRename={() => setRenaming(passkey)} onRemove={() => remove.run(passkey.id)} />,
                },
              ]}
            />
          )
        }
      </Asked>
      {[add, remove].map(({ error, dialog }, index) => (
        <div key={index === 0 ? 'add' : 'remove'}>
          {error !== undefined && <Failed error={error} />}
          {dialog}
        </div>
      ))}
      {renaming !== undefined && <RenamePasskey passkey={renaming} onClose={() => setRenaming(undefined)} />}
      {codes.length > 0 && <KeepCodes codes={codes} onClose={() => setCodes([])} />}
    </Section>
  )
}

function Acts({ onRename, onRemove }: { readonly onRename: () => void; readonly onRemove: () => void }) {
  const words = useWords().security
  return (
    <>
      <button type="button" className="plain" onClick={onRename}>
        {words.rename}
      </button>
      <button type="button" className="plain grave" onClick={onRemove}>
        {words.remove}
      </button>
    </>
  )
}
