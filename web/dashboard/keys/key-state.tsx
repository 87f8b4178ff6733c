import { useState } from 'react'
import { Notice, Tag, When } from '../../parts/index.ts'
import type { OwnKey, OwnKeyDetails } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useWords } from '../words/index.ts'
import { EndOldSecret, PauseKey } from './key-acts.tsx'

/** Whether a key has come to its end by itself. */
export const isExpired = ({ expiresAt }: Pick<OwnKey, 'expiresAt'>): boolean => expiresAt !== null && Date.parse(expiresAt) <= Date.now()

/** Whether a key works, in a word. */
export function KeyTag({ apiKey }: { readonly apiKey: OwnKey & { readonly revokedAt?: string | null } }) {
  const words = useWords().keys
  if (apiKey.revokedAt !== undefined && apiKey.revokedAt !== null) return <Tag kind="bad">{words.revoked}</Tag>
  if (isExpired(apiKey)) return <Tag kind="bad">{words.expired}</Tag>
  return apiKey.pausedFor === null ? <Tag kind="good">{words.active}</Tag> : <Tag kind="todo">{words.paused}</Tag>
}

/** Why a key does not work, and what can be done; and whether two secrets of it do. */
export function KeyState({ apiKey }: { readonly apiKey: OwnKeyDetails }) {
  const { why, rotate } = useWords().keys
  const [isEnding, setEnding] = useState(false)
  if (apiKey.revokedAt !== null)
    return (
      <Notice kind="loss">
        <strong>{apiKey.stop?.act === 'revoked' ? why.operatorRevoked : why.revoked}</strong>
        {apiKey.stop?.act === 'revoked' && <StopWords stop={apiKey.stop} />}
        <When at={apiKey.revokedAt} />
      </Notice>
    )
  const isOverlapping = apiKey.oldSecretUntil !== null && Date.parse(apiKey.oldSecretUntil) > Date.now()
  return (
    <>
      <Rest apiKey={apiKey} />
      {isExpired(apiKey) && (
        <Notice kind="todo">
          <strong>{why.expired}</strong>
        </Notice>
      )}
      {isOverlapping && (
        <Notice>
          <span>
            {rotate.both} <When at={apiKey.oldSecretUntil ?? ''} />.
          </span>
          {apiKey.canRotate && (
            <button type="button" className="plain" onClick={() => setEnding(true)}>
              {rotate.endOld}
            </button>
          )}
        </Notice>
      )}
      {isEnding && <EndOldSecret apiKey={apiKey} onClose={() => setEnding(false)} />}
    </>
  )
}

/** Why a key rests, and the button that ends it, for who may press it. */
function Rest({ apiKey }: { readonly apiKey: OwnKeyDetails }) {
  const { why } = useWords().keys
  const { pausedFor } = apiKey
  if (pausedFor === null) return null
  if (pausedFor === 'operator')
    return (
      <Notice kind="loss">
        <strong>{why.operator}</strong>
        {apiKey.stop !== null && <StopWords stop={apiKey.stop} />}
        <span>{why.operatorMeans}</span>
        <a href="/dashboard/support">{why.support}</a>
      </Notice>
    )
  return (
    <Notice kind={pausedFor === 'spike' ? 'loss' : 'todo'}>
      <strong>{why[pausedFor]}</strong>
      <span>{pausedFor === 'spike' ? why.spikeMeans : why.ownerMeans}</span>
      <IfMay right="keys">
        <div className="row">
          <PauseKey apiKey={apiKey} isMain />
        </div>
      </IfMay>
    </Notice>
  )
}

/** The reason that an operator gave, and what they wrote. */
function StopWords({ stop }: { readonly stop: NonNullable<OwnKeyDetails['stop']> }) {
  const { stops } = useWords().keys.why
  return (
    <>
      <span>{stops[stop.reason]}</span>
      {stop.note !== null && <span>{stop.note}</span>}
    </>
  )
}
