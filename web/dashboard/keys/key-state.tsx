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
        <strong>{why.revoked}</strong>
        <When at={apiKey.revokedAt} />
      </Notice>
    )
  const isOverlapping = apiKey.oldSecretUntil !== null && Date.parse(apiKey.oldSecretUntil) > Date.now()
  return (
    <>
      {apiKey.pausedFor !== null && (
        <Notice kind={apiKey.pausedFor === 'spike' ? 'loss' : 'todo'}>
          <strong>{why[apiKey.pausedFor]}</strong>
          <span>{apiKey.pausedFor === 'spike' ? why.spikeMeans : why.ownerMeans}</span>
          <IfMay right="keys">
            <div className="row">
              <PauseKey apiKey={apiKey} isMain />
            </div>
          </IfMay>
        </Notice>
      )}
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
