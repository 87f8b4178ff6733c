import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { hasPasskeys, makePasskey } from '../../lib/passkey.ts'
import { Asked, Empty, List, Notice, Section, When } from '../../parts/index.ts'
import type { OperatorCodes, OperatorPasskey, OperatorPasskeys } from '../answers.ts'
import { ActButton, ActDialog } from '../parts/index.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'

const PATH = '/operator/auth/passkeys'

/** The passkeys of who is signed in: a second one for when the first is lost, and those that are not used any more taken away. */
export function OwnPasskeys({ onCodes }: { readonly onCodes: (codes: readonly string[]) => void }) {
  const words = useWords().own
  const { ways } = useSession()
  const [removing, setRemoving] = useState<OperatorPasskey>()
  const add = async () => {
    const passkey = await makePasskey(await call(`${PATH}/options`, { method: 'POST' }))
    onCodes((await call<OperatorCodes>(PATH, { method: 'POST', body: { passkey } })).recovery_codes)
  }
  return (
    <Section title={words.passkeys} acts={hasPasskeys() && <ActButton name={words.addPasskey} run={add} />}>
      <Asked<OperatorPasskeys> path={PATH}>
        {({ data }) => (
          <>
            {data.length === 0 ? <Empty>{words.noPasskeys}</Empty> : <Passkeys passkeys={data} onRemove={setRemoving} />}
            {data.length === 1 && ways.length === 1 && <Notice>{words.onePasskey}</Notice>}
          </>
        )}
      </Asked>
      {removing !== undefined && (
        <ActDialog
          title={words.removeTitle}
          act={words.remove}
          isGrave
          onClose={() => setRemoving(undefined)}
          run={() => call(`${PATH}/${removing.id}`, { method: 'DELETE' })}
        >
          {() => <p>{words.removeMeans}</p>}
        </ActDialog>
      )}
    </Section>
  )
}

function Passkeys({
  passkeys,
  onRemove,
}: {
  readonly passkeys: readonly OperatorPasskey[]
  readonly onRemove: (one: OperatorPasskey) => void
}) {
  const words = useWords().own
  return (
    <List
      caption={words.passkeys}
      entries={passkeys}
      keyOf={({ id }) => id}
      columns={[
        { head: words.added, cell: ({ created_at: at }) => <When at={at} /> },
        { head: words.usedOn, cell: ({ used_on: day }) => (day === null ? words.neverUsed : <When at={day} isDay />) },
        { head: words.lives, cell: ({ transports }) => livesIn(transports, words.transports) },
        {
          head: words.doings,
          isActs: true,
          cell: (passkey) => (
            <button type="button" className="plain grave" onClick={() => onRemove(passkey)}>
              {words.remove}
            </button>
          ),
        },
      ]}
    />
  )
}

/** Where a passkey lives, by the first way to reach it that is known; source: w3.org/TR/webauthn-3 §5.8.4 (2026-11-27). */
function livesIn(transports: readonly string[], names: Readonly<Record<string, string>>): string {
  const known = ['internal', 'hybrid', 'usb', 'nfc', 'ble', 'smart-card'].find((one) => transports.includes(one))
  return known === undefined ? '–' : (names[known] ?? '–')
}
