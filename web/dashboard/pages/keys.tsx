import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { showUsd } from '../../lib/money.ts'
import { Asked, Empty, List, Page, When } from '../../parts/index.ts'
import type { OwnKey } from '../answers.ts'
import { calledOf, EndKey, KEYS_PATH, MakeKey, PauseKey } from '../keys/key-acts.tsx'
import { isExpired, KeyTag } from '../keys/key-state.tsx'
import { ManagementKeys } from '../keys/management-keys.tsx'
import { IfMay, useLacking } from '../only.tsx'
import { useWords } from '../words/index.ts'

/** Keys of the account: made, paused, ended; each has a page of its own. */
export function KeysPage() {
  const words = useWords().keys
  const [isMaking, setMaking] = useState(false)
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        <IfMay right="keys">
          <button type="button" className="main" onClick={() => setMaking(true)}>
            {words.make}
          </button>
        </IfMay>
      }
    >
      <Asked<readonly OwnKey[]> path={KEYS_PATH}>
        {(keys) => (keys.length === 0 ? <NoKeys onMake={() => setMaking(true)} /> : <KeyList keys={keys} />)}
      </Asked>
      <ManagementKeys />
      {isMaking && <MakeKey onClose={() => setMaking(false)} />}
    </Page>
  )
}

function NoKeys({ onMake }: { readonly onMake: () => void }) {
  const words = useWords().keys
  const lacking = useLacking('keys')
  if (lacking !== undefined) return <Empty>{lacking}</Empty>
  return (
    <Empty>
      <span>{words.none}</span>
      <button type="button" onClick={onMake}>
        {words.make}
      </button>
    </Empty>
  )
}

function KeyList({ keys }: { readonly keys: readonly OwnKey[] }) {
  const words = useWords().keys
  const [ending, setEnding] = useState<OwnKey>()
  return (
    <>
      <List
        caption={words.title}
        entries={keys}
        keyOf={({ id }) => id}
        columns={[
          {
            head: words.name,
            cell: (key) => (
              <Link className="clip" to="/dashboard/keys/$id" params={{ id: key.id }}>
                {calledOf(key)}
              </Link>
            ),
          },
          { head: words.hint, cell: (key) => <code>{key.hint}</code> },
          { head: words.pays, cell: (key) => <PaysFrom apiKey={key} /> },
          { head: words.state, cell: (key) => <KeyTag apiKey={key} /> },
          { head: words.lastUsed, cell: (key) => (key.lastUsedAt === null ? words.never : <When at={key.lastUsedAt} />) },
          { head: words.acts, isActs: true, cell: (key) => <KeyActs apiKey={key} onEnd={() => setEnding(key)} /> },
        ]}
      />
      {ending !== undefined && <EndKey apiKey={ending} onClose={() => setEnding(undefined)} />}
    </>
  )
}

function PaysFrom({ apiKey: { keyType, keyPlan, spendCap } }: { readonly apiKey: OwnKey }) {
  const words = useWords().keys
  if (keyType === 'subscription') return keyPlan
  if (spendCap === null) return words.balance
  return (
    <span>
      {words.balance}{' '}
      <span className="faint">
        · {showUsd(spendCap.amount)} {words.one.per[spendCap.window]}
      </span>
    </span>
  )
}

function KeyActs({ apiKey, onEnd }: { readonly apiKey: OwnKey; readonly onEnd: () => void }) {
  const words = useWords().keys
  return (
    <IfMay right="keys">
      {!isExpired(apiKey) && apiKey.pausedFor !== 'operator' && <PauseKey apiKey={apiKey} />}
      <button type="button" className="plain grave" onClick={onEnd}>
        {words.end}
      </button>
    </IfMay>
  )
}
