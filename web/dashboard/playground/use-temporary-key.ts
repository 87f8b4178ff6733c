import { useEffect, useRef } from 'react'
import { call, callOnLeaving, newOnce } from '../../lib/call.ts'

type TemporaryKey = { readonly id: string; readonly apiKey: string; readonly expiresAt: string }
const RENEW_MS = 30_000

/**
 * Tells a key that works for ten minutes, made when it is first needed and again when it is about to end. It is kept in this tab's memory
 * alone, and revoked when the page is left, so that coming back does not use up the few that somebody has at once.
 */
export function useTemporaryKey(): () => Promise<string> {
  const key = useRef<TemporaryKey>(undefined)
  useEffect(() => {
    const revoke = () => {
      if (key.current !== undefined) callOnLeaving(`/api/keys/${key.current.id}`, 'DELETE')
      key.current = undefined
    }
    window.addEventListener('pagehide', revoke)
    return () => {
      window.removeEventListener('pagehide', revoke)
      revoke()
    }
  }, [])
  return async () => {
    if (key.current === undefined || Date.parse(key.current.expiresAt) - Date.now() < RENEW_MS)
      key.current = await call<TemporaryKey>('/api/keys/temporary', { method: 'POST', body: {}, once: newOnce() })
    return key.current.apiKey
  }
}
