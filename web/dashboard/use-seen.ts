import { useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/call.ts'
import { type Act, useAct } from '../lib/use-act.ts'

/** Notes that what was announced is read, up to the announcement of an id. */
export function useSeen(): Act<string> {
  const client = useQueryClient()
  return useAct(async (id: string) => {
    await call('/api/account/announcements/seen', { method: 'PUT', body: { id } })
    await client.invalidateQueries({ queryKey: ['/api/account/announcements?limit=1'] })
  })
}
