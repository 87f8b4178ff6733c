import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Asked, Page, When } from '../../parts/index.ts'
import type { OwnKeyDetails } from '../answers.ts'
import { calledOf, EditKey, EndKey, KEYS_PATH, PauseKey } from '../keys/key-acts.tsx'
import { KeyBudget, KeyRules } from '../keys/key-rules.tsx'
import { KeyState, KeyTag } from '../keys/key-state.tsx'
import { KeyUsage } from '../keys/key-usage.tsx'
import { RotateKey } from '../keys/rotate-key.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** One key: whether it works, what it may do, what it did, and what can be done about it. */
export function KeyPage() {
  const { id = '' } = useParams({ strict: false }) as { readonly id?: string }
  const words = useWords().keys
  const page = { title: words.title, lead: <Link to="/dashboard/keys">{words.one.all}</Link> }
  return (
    <Asked<OwnKeyDetails> path={`${KEYS_PATH}/${encodeURIComponent(id)}`} page={page}>
      {(apiKey) => <Shown apiKey={apiKey} />}
    </Asked>
  )
}

type Doing = 'edit' | 'rotate' | 'end'

function Shown({ apiKey }: { readonly apiKey: OwnKeyDetails }) {
  const { one: words } = useWords().keys
  const [doing, setDoing] = useState<Doing>()
  const isLive = useMay()('keys') && apiKey.revokedAt === null
  const close = () => setDoing(undefined)
  return (
    <Page
      title={calledOf(apiKey)}
      lead={
        <span className="row">
          <code>{apiKey.hint}</code>
          <KeyTag apiKey={apiKey} />
          <span>
            {words.since} <When at={apiKey.createdAt} isDay />
          </span>
          <Link to="/dashboard/keys">{words.all}</Link>
        </span>
      }
      acts={isLive && <Acts apiKey={apiKey} onDo={setDoing} />}
    >
      <KeyState apiKey={apiKey} />
      <KeyUsage apiKey={apiKey} />
      <KeyBudget apiKey={apiKey} onEdit={isLive ? () => setDoing('edit') : undefined} />
      <KeyRules apiKey={apiKey} />
      {doing === 'edit' && <EditKey apiKey={apiKey} onClose={close} />}
      {doing === 'rotate' && <RotateKey apiKey={apiKey} onClose={close} />}
      {doing === 'end' && <EndKey apiKey={apiKey} onClose={close} />}
    </Page>
  )
}

function Acts({ apiKey, onDo }: { readonly apiKey: OwnKeyDetails; readonly onDo: (doing: Doing) => void }) {
  const words = useWords().keys
  return (
    <>
      <button type="button" onClick={() => onDo('edit')}>
        {words.edit}
      </button>
      <button
        type="button"
        disabled={!apiKey.canRotate}
        title={apiKey.canRotate ? undefined : words.rotate.others}
        onClick={() => onDo('rotate')}
      >
        {words.rotate.act}
      </button>
      {apiKey.pausedFor === null && <PauseKey apiKey={apiKey} />}
      <button type="button" className="plain grave" onClick={() => onDo('end')}>
        {words.end}
      </button>
    </>
  )
}
