import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { Paged, Section, Tag, When } from '../../parts/index.ts'
import type { Account, Key } from '../answers.ts'
import { ActButton } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { KeyAddresses } from './key-addresses.tsx'
import { StopKey, type Stopping } from './stop-key.tsx'

/** The keys of an account: none can be read; from where each may be used is set here, and each can be ended. */
export function AccountKeys({ account }: { readonly account: Account }) {
  const words = useWords().account
  const [stopping, setStopping] = useState<Stopping>()
  const [binding, setBinding] = useState<Key>()
  return (
    <Section title={words.keys}>
      <Paged<Key>
        path={`/operator/v1/accounts/${account.id}/keys?limit=50`}
        caption={words.keys}
        none={words.noKeys}
        keyOf={({ id }) => id}
        columns={[
          {
            head: words.name,
            cell: ({ name, id, hint }) => (
              <>
                {name ?? id.slice(0, 8)} <code className="faint">{hint}</code>
              </>
            ),
          },
          { head: words.models, cell: ({ models }) => (models === null ? words.every : models.join(', ')) },
          {
            head: words.cap,
            cell: ({ spend_cap: cap }) => (cap === null ? '–' : `${showUsd(cap.amount)} / ${words.windows[cap.window] ?? cap.window}`),
          },
          {
            head: words.addresses,
            cell: ({ ip_ranges: ranges }) => (ranges === null ? words.everywhere : <code>{ranges.join(', ')}</code>),
          },
          { head: words.made, cell: (key) => <When at={key.created_at} isDay /> },
          { head: words.state, cell: (key) => <KeyState of={key} /> },
          {
            head: words.doings,
            isActs: true,
            cell: (key) => <KeyActs of={key} onStop={(act) => setStopping({ key, act })} onBind={() => setBinding(key)} />,
          },
        ]}
      />
      {binding !== undefined && <KeyAddresses of={binding} onClose={() => setBinding(undefined)} />}
      {stopping !== undefined && <StopKey of={stopping} onClose={() => setStopping(undefined)} />}
    </Section>
  )
}

/** Whether a key works, rests, has expired or has ended, and until when the secret works that it had before. */
function KeyState({ of: key }: { readonly of: Key }) {
  const words = useWords().account
  const state = key.revoked_at !== null ? 'ended' : isExpired(key) ? 'expired' : key.paused_for !== null ? 'rests' : 'works'
  const kinds = { ended: 'bad', expired: 'bad', rests: 'todo', works: 'good' } as const
  const hasTwo = key.revoked_at === null && key.old_secret_until !== null && Date.parse(key.old_secret_until) > Date.now()
  return (
    <>
      <Tag kind={kinds[state]}>{words[state]}</Tag>
      {key.stop !== null && (
        <span className="faint">
          {' '}
          {words.stopKey.by[key.stop.act]}: {words.stopKey.whys[key.stop.reason]}
          {key.stop.note !== null && ` (${key.stop.note})`}
        </span>
      )}
      {hasTwo && (
        <span className="faint">
          {' '}
          {words.twoSecrets} <When at={key.old_secret_until ?? ''} />
        </span>
      )}
    </>
  )
}

const isExpired = ({ expires_at: at }: Key): boolean => at !== null && Date.parse(at) <= Date.now()

type Acts = { readonly of: Key; readonly onStop: (act: Stopping['act']) => void; readonly onBind: () => void }

function KeyActs({ of: key, onStop, onBind }: Acts) {
  const words = useWords().account
  const may = useMay()
  if (!may('care') || key.revoked_at !== null) return null
  return (
    <>
      {key.paused_for !== null && (
        <ActButton
          name={words.resumeKey}
          kind="plain"
          run={(once) => call(`/operator/v1/keys/${key.id}/resume`, { method: 'POST', body: {}, once })}
        />
      )}
      {key.paused_for !== 'operator' && (
        <button type="button" className="plain" onClick={() => onStop('pause')}>
          {words.pauseKey}
        </button>
      )}
      <button type="button" className="plain" onClick={onBind}>
        {words.addresses}
      </button>
      <button type="button" className="plain grave" onClick={() => onStop('revoke')}>
        {words.endKey}
      </button>
    </>
  )
}
